// Chat, and messages of applications.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { scene } from './support/scene.mjs';

const texts = async (person) => (await person.state()).chat.map(({ text }) => text);

scene('a late joiner sees the same messages in the same order', async (stage) => {
  const [ada, bob] = await stage.people('lobby', { Ada: undefined, Bob: undefined });
  for (let i = 0; i < 10; i++) await (i % 3 ? ada : bob).call('sendChat', `message ${i}`);
  await eventually(async () => (await texts(bob)).length === 10, 'Bob has all');
  const [eve] = await stage.people('lobby', { Eve: undefined });
  const [mine, his, hers] = await Promise.all([ada, bob, eve].map(async (each) => (await each.state()).chat));
  assert.deepEqual(hers, mine);
  assert.deepEqual(his, mine);
  assert.deepEqual(mine.map(({ text }) => text), Array.from({ length: 10 }, (_, i) => `message ${i}`));
});

scene('a private message reaches one', async (stage) => {
  const [ada, bob, eve] = await stage.people('lobby', { Ada: undefined, Bob: undefined, Eve: undefined });
  await ada.call('sendChat', 'between us', bob.id);
  await ada.call('sendChat', 'for all');
  await eventually(async () => (await texts(eve)).length > 0, 'Eve has something');
  assert.deepEqual(await texts(bob), ['between us', 'for all']);
  assert.deepEqual(await texts(eve), ['for all']);
});

scene('names with anything in them arrive as they are', async (stage) => {
  const name = '<b>Zoë</b> "☃" & 𝒜';
  const ada = await (await stage.person(name)).join('räume ü');
  const [bob] = await stage.people('räume ü', { Bob: undefined });
  assert.equal((await bob.state()).participants[0].name, name);
  await ada.call('rename', 'Zoë 2');
  await eventually(async () => (await bob.state()).participants[0].name === 'Zoë 2', 'she is renamed');
  await ada.call('raiseHand', true);
  await eventually(async () => (await bob.state()).participants[0].hand, 'her hand is up');
});

scene('data reaches everybody, or one, by the data channel', async (stage) => {
  const [ada, bob, eve] = await stage.people('lobby', { Ada: 'red', Bob: 'green', Eve: 'blue' });
  await eventually(async () => {
    await ada.call('sendData', 'ping');
    return (await bob.told('data')).length > 0 && (await eve.told('data')).length > 0;
  }, 'data goes through');
  const before = ada.frames.counts.get('data') ?? 0;
  await ada.call('sendData', 'x'.repeat(16_000));
  await ada.call('sendData', 'only you', bob.id);
  await eventually(async () => (await bob.told('data')).at(-1)?.payload === 'only you', 'Bob has it');
  assert.equal((await bob.told('data')).at(-1).from, ada.id);
  assert.equal((await eve.told('data')).at(-1).payload.length, 16_000);
  assert.equal((await ada.told('data')).length, 0);
  assert.equal(ada.frames.counts.get('data') ?? 0, before, 'the WebSocket was not used');
});
