// People, sources and slots come and go; nobody renegotiates for it.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { scene } from './support/scene.mjs';

const slotsOf = (seen) => seen.filter(({ reason }) => reason === 'shown').map(({ mid }) => mid);

scene('people come and go without renegotiation', async (stage) => {
  const [ada, bob] = await stage.people('lobby', { Ada: 'red', Bob: 'green' });
  await ada.sees(bob, 'green');
  const [eve] = await stage.people('lobby', { Eve: 'blue' });
  await ada.sees(eve, 'blue');
  await ada.sees(bob, 'green');
  assert.deepEqual((await ada.state()).participants.map(({ name }) => name).sort(), ['Bob', 'Eve']);

  await bob.leave();
  await eventually(async () => (await ada.state()).participants.length === 1, 'Bob is gone');
  assert.deepEqual((await ada.told('participantLeft')).map(({ reason }) => reason), ['left']);
  await eventually(async () => slotsOf(await ada.seen()).length === 1, 'his slot is free');
  await ada.sees(eve, 'blue');
  assert.equal((await ada.state()).negotiations, 1);
});

scene('one slot shows one person after the other, without renegotiation', async (stage) => {
  const [ada] = await stage.people('lobby', { Ada: 'red' }, { videoSlots: 1 });
  const [bob, eve, dan] = await stage.people('lobby', { Bob: 'green', Eve: 'blue', Dan: 'yellow' });
  const [{ mid: slot }] = await ada.seen();
  for (const [who, colour] of [[bob, 'green'], [eve, 'blue'], [dan, 'yellow'], [bob, 'green']]) {
    await ada.call('view', [{ slot, want: { participant: who.id, source: 'camera' }, width: 320, height: 180 }]);
    await ada.sees(who, colour);
  }
  assert.equal((await ada.state()).negotiations, 1);
  const { tracks } = await ada.call('stats');
  const video = tracks.find(({ direction, kind }) => direction === 'in' && kind === 'video');
  assert.equal(video.packetsLost, 0);

  await ada.call('view', [{ slot, want: 'none' }]);
  await eventually(async () => (await ada.seen())[0].reason !== 'shown', 'the slot is empty');
});

scene('a slot left to itself follows who speaks', async (stage) => {
  const [ada] = await stage.people('lobby', { Ada: 'red' }, { videoSlots: 1 });
  const [bob, eve] = await stage.people('lobby', { Bob: 'green', Eve: 'blue' });
  await bob.publish('microphone', 440);
  await ada.sees(bob, 'green');
  await bob.call('setMuted', 'microphone', true);
  await eve.publish('microphone', 1000);
  await ada.sees(eve, 'blue', { timeoutMs: 20_000 });
  await eventually(async () => (await ada.state()).speakers[0]?.id === eve.id, 'Eve is the speaker');
});

scene('a screen is shared beside the camera, and again after it was stopped', async (stage) => {
  const [ada, bob] = await stage.people('lobby', { Ada: 'red', Bob: 'green' });
  await ada.sees(bob, 'green');
  for (const colour of ['yellow', 'magenta']) {
    await bob.publish('screen', colour, [640, 360]);
    await ada.sees(bob, colour, { source: 'screen' });
    await ada.sees(bob, 'green');
    await bob.call('unpublish', 'screen');
    await eventually(
      async () => !(await ada.seen()).some(({ source, reason }) => source === 'screen' && reason === 'shown'),
      'the screen is gone');
  }
  const { participants } = await ada.state();
  assert.deepEqual(participants[0].tracks.map(({ source }) => source), ['camera']);
  assert.equal((await ada.state()).negotiations, 1);
  assert.equal((await bob.state()).negotiations, 5);
});

scene('mute stops the media and tells everybody', async (stage) => {
  const [ada, bob] = await stage.people('lobby', { Ada: 'red', Bob: 'green' }, { tone: 440 });
  await ada.sees(bob, 'green');
  await ada.hears([440]);
  await bob.call('setMuted', 'microphone', true);
  await bob.call('setMuted', 'camera', true);
  await ada.hears([], { not: [440] });
  await eventually(async () => (await ada.state()).participants[0].tracks.every(({ muted }) => muted),
    'Ada knows');
  await eventually(async () => (await ada.seen()).every(({ reason }) => reason !== 'shown'),
    'nothing is shown', 10_000, async () => JSON.stringify(await ada.seen()));
  await bob.call('setMuted', 'microphone', false);
  await bob.call('setMuted', 'camera', false);
  await ada.hears([440]);
  await ada.sees(bob, 'green');
});
