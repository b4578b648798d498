// Who may do what: tokens, moderators, limits.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { scene } from './support/scene.mjs';
import { token, withTokens } from './support/token.mjs';

async function hostAndGuest(stage) {
  const host = await (await stage.person('Ada'))
    .join('lobby', { colour: 'red', tone: 440, token: token('ada', { moderator: true }) });
  const guest = await (await stage.person('Bob'))
    .join('lobby', { colour: 'green', tone: 1000, token: token('bob') });
  return [host, guest];
}

scene('a moderator mutes somebody and lets them speak again', async (stage) => {
  const [ada, bob] = await hostAndGuest(stage);
  await ada.hears([1000]);
  await ada.call('moderate', 'mute', bob.id, 'microphone');
  await ada.hears([], { not: [1000] });
  const byHost = async () => (await bob.state()).publications
    .find(({ source }) => source === 'microphone').mutedByHost;
  await eventually(byHost, 'Bob knows');
  await ada.sees(bob, 'green');
  await ada.call('moderate', 'unmute', bob.id, 'microphone');
  await ada.hears([1000]);
  await eventually(async () => !await byHost(), 'Bob knows');
  await assert.rejects(bob.call('moderate', 'mute', ada.id, 'microphone'), /moderator/i);
}, { settings: withTokens });

scene('a locked room lets nobody in but moderators', async (stage) => {
  const [ada, bob] = await hostAndGuest(stage);
  await ada.call('moderate', 'lock');
  await eventually(async () => (await bob.state()).locked, 'Bob sees the lock');
  const eve = await stage.person('Eve');
  await assert.rejects(eve.join('lobby', { token: token('eve') }), /locked/i);
  await ada.call('moderate', 'unlock');
  await eve.join('lobby', { token: token('eve') });
  assert.equal((await eve.state()).participants.length, 2);
}, { settings: withTokens });

scene('somebody who is removed is told, and gone', async (stage) => {
  const [ada, bob] = await hostAndGuest(stage);
  await ada.sees(bob, 'green');
  await ada.call('moderate', 'remove', bob.id);
  await bob.becomes('ended');
  assert.equal((await bob.told('ended'))[0].reason, 'removed');
  await eventually(async () => (await ada.state()).participants.length === 0, 'he is gone');
  assert.deepEqual((await ada.told('participantLeft')).map(({ reason }) => reason), ['removed']);
}, { settings: withTokens });

scene('a token opens its own room for its own time, and no more than it grants', async (stage) => {
  const refused = async (bad, why) => assert.rejects(
    (await stage.person('Eve')).join('lobby', { token: bad }), why);
  await refused(undefined, /token/i);
  await refused(token('eve', {}, { exp: 1_000_000_000 }), /expired/i);
  await refused(token('eve', {}, { room: 'elsewhere' }), /room/i);
  await refused(`${token('eve').slice(0, -4)}AAAA`, /token/i);

  const [ada] = await hostAndGuest(stage);
  const dan = await (await stage.person('Dan'))
    .join('lobby', { token: token('dan', { canPublish: false, canChat: false }) });
  assert.equal((await dan.state()).self.grants.canPublish, false);
  await dan.sees(ada, 'red');
  await assert.rejects(dan.call('sendChat', 'hello'), /not/i);
  const ghost = await (await stage.person('Ghost')).join('lobby', { token: token('ghost', { hidden: true }) });
  await ghost.sees(ada, 'red');
  assert.deepEqual((await ada.state()).participants.map(({ identity }) => identity).sort(), ['bob', 'dan']);
}, { settings: withTokens });

scene('a full room says so', async (stage) => {
  await stage.people('lobby', { Ada: 'red', Bob: 'green' });
  await assert.rejects((await stage.person('Eve')).join('lobby', { colour: 'blue' }), /full/i);
}, { settings: { 'rooms.maxParticipants': 2 } });
