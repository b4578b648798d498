// What a call survives.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { scene } from './support/scene.mjs';

/** What a browser writes into its console when a connection is refused is no error of the page. */
const kConnectionErrors = /WebSocket connection to|net::ERR_|Failed to load resource/;
const options = { expected: kConnectionErrors };

scene('a cut WebSocket is resumed while the media flows on', async (stage) => {
  const proxy = await stage.proxy();
  const ada = await (await stage.person('Ada', { via: proxy })).join('lobby', { colour: 'red', tone: 440 });
  const [bob] = await stage.people('lobby', { Bob: 'green' });
  await bob.sees(ada, 'red');
  await ada.sees(bob, 'green');
  proxy.cut();
  await ada.becomes('reconnecting', 2_000);
  await bob.sees(ada, 'red');
  await ada.sees(bob, 'green');
  await bob.call('sendChat', 'are you there?');
  proxy.mend();
  await ada.becomes('connected');
  const { self, chat, negotiations } = await ada.state();
  assert.equal(self.id, ada.id);
  assert.deepEqual(chat.map(({ text }) => text), ['are you there?']);
  assert.equal(negotiations, 1);
  assert.deepEqual(await bob.told('participantLeft'), []);
  await ada.call('sendChat', 'yes');
  await eventually(async () => (await bob.state()).chat.length === 2, 'Bob reads it');
}, options);

scene('everybody is back after the server was killed and started again', async (stage) => {
  const [ada, bob] = await stage.people('lobby', { Ada: 'red', Bob: 'green' }, { tone: 440 });
  await ada.sees(bob, 'green');
  await stage.server.restart();
  for (const person of [ada, bob]) {
    await eventually(async () => {
      const { state, self } = await person.state();
      return state === 'connected' && self.id !== person.id && (person.id = self.id);
    }, `${person.name} is back`, 30_000, async () => JSON.stringify(await person.state()));
  }
  await ada.sees(bob, 'green');
  await bob.sees(ada, 'red');
  await ada.hears([440]);
  assert.deepEqual((await ada.state()).participants.map(({ name }) => name), ['Bob']);
}, options);

scene('a page that vanishes is gone for the others, who see on', async (stage) => {
  const [ada, bob, eve] = await stage.people('lobby', { Ada: 'red', Bob: 'green', Eve: 'blue' });
  await ada.sees(bob, 'green');
  await ada.sees(eve, 'blue');
  await bob.close();
  await eventually(async () => (await ada.state()).participants.length === 1, 'Bob is gone', 20_000);
  await ada.sees(eve, 'blue');
  assert.equal((await ada.state()).negotiations, 1);
}, options);

scene('the newer of two with one identity stays', async (stage) => {
  const ada = await (await stage.person('Ada')).join('lobby', { colour: 'red', identity: 'ada' });
  const [bob] = await stage.people('lobby', { Bob: 'green' });
  await bob.sees(ada, 'red');
  const again = await (await stage.person('Ada again')).join('lobby', { colour: 'blue', identity: 'ada' });
  await ada.becomes('ended');
  assert.equal((await ada.told('ended'))[0].reason, 'replaced');
  await bob.sees(again, 'blue');
  assert.deepEqual((await bob.state()).participants.map(({ name }) => name), ['Ada again']);
}, options);

scene('a server that stops tells everybody first', async (stage) => {
  const [ada] = await stage.people('lobby', { Ada: 'red' });
  await stage.server.stop();
  await ada.becomes('reconnecting');
  const told = [...ada.frames.counts.keys()];
  assert(told.includes('draining') || told.includes('ended'), told.join());
}, options);
