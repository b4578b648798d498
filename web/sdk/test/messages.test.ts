import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeTrack } from './fake_peer_connection.ts';
import { message, participant } from './fake_server.ts';
import { Fixture } from './fixture.ts';

test('participants come, change and go', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const maps = new Set<unknown>([call.participants]);
  call.on('participants', (map) => maps.add(map));
  fixture.server.event('participantJoined', { participant: participant('p_bob') });
  fixture.server.event('participantUpdated', { participant: participant('p_bob', { hand: true }) });
  assert.equal(call.participants.get('p_bob')?.hand, true);
  let left: string | undefined;
  call.on('participantLeft', ({ participant: { name }, reason }) => { left = `${name} ${reason}`; });
  fixture.server.event('participantLeft', { id: 'p_bob', reason: 'timedOut' });
  assert.equal(call.participants.size, 0);
  assert.equal(left, 'bob timedOut');
  assert.equal(maps.size, 4, 'every change makes a new map');
  await call.leave();
});

test('news of a crowd come together', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const told: string[] = [];
  call.on('participantJoined', ({ id }) => told.push(`joined ${id}`));
  call.on('participantLeft', ({ participant: { id } }) => told.push(`left ${id}`));
  fixture.server.events(
    ['participantJoined', { participant: participant('p_bob') }],
    ['participantJoined', { participant: participant('p_dan') }],
    ['participantLeft', { id: 'p_bob', reason: 'left' }],
  );
  assert.deepEqual(told, ['joined p_bob', 'joined p_dan', 'left p_bob']);
  assert.deepEqual([...call.participants.keys()], ['p_dan']);
  fixture.server.event('participantLeft', { id: 'p_dan', reason: 'left' });
  assert.equal(call.participants.size, 0);
  await call.leave();
});

test('what the host does to our tracks shows in our publications', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ publish: { microphone: new FakeTrack('audio').media } });
  fixture.server.event('participantUpdated', {
    participant: participant(call.self.id, { tracks: [
      { id: 1, source: 'microphone', kind: 'audio', codec: 'opus', muted: false, mutedByHost: true }] }),
  });
  assert.equal(call.publications.get('microphone')?.mutedByHost, true);
  assert.equal(call.participants.size, 0);
  assert.equal(call.self.grants.canChat, true);
  await call.leave();
});

test('our own message is in the list once, wherever it comes from first', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const sent = await call.sendChat('hello');
  fixture.server.event('chat', { message: message(900, 'hello', call.self.id) });
  fixture.server.event('chat', { message: message(899, 'earlier') });
  assert.equal(sent.id, 'c_900');
  assert.deepEqual(call.chat.map(({ text }) => text), ['earlier', 'hello']);
  await call.leave();
});

test('data goes by the data channel, and by the WebSocket while that is shut or full', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await call.sendData('one');
  fixture.peer.channel!.readyState = 'open';
  await call.sendData('two', 'p_bob');
  fixture.peer.channel!.bufferedAmount = 300_000;
  await call.sendData('three');
  assert.deepEqual(fixture.server.requests('data').map(({ payload }) => payload), ['one', 'three']);
  assert.deepEqual(fixture.peer.channel!.sent, ['{"payload":"two","to":"p_bob"}']);
  await assert.rejects(call.sendData('ä'.repeat(8193)), { code: 'too_large' });
  await call.leave();
});

test('data arrives by either way, and losses are warned of', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const got: string[] = [];
  call.on('data', ({ from, payload }) => got.push(`${from} ${payload}`));
  fixture.server.event('data', { from: 'p_bob', payload: 'by socket' });
  fixture.peer.channel!.onmessage?.({ data: '{"from":"p_bob","payload":"by channel"}' });
  fixture.peer.channel!.onmessage?.({ data: 'garbage' });
  fixture.peer.channel!.onmessage?.({ data: '{"error":"rate"}' });
  assert.deepEqual(got, ['p_bob by socket', 'p_bob by channel']);
  assert.match(fixture.told.at(-1)!, /^warning .*too_many/);
  await call.leave();
});

test('speakers, quality, lock and draining are told', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const told: string[] = [];
  for (const name of ['speakers', 'quality', 'room', 'draining'] as const) {
    call.on(name, (data) => told.push(`${name} ${JSON.stringify(data)}`));
  }
  fixture.server.event('speakers', { speakers: [{ id: 'p_bob', level: 20 }] });
  fixture.server.event('quality', { id: 'p_bob', score: 1 });
  fixture.server.event('room', { locked: true });
  fixture.server.event('draining', { deadlineMs: 30000 });
  assert.deepEqual(told, [
    'speakers [{"id":"p_bob","level":20}]', 'quality {"id":"p_bob","score":1}',
    'room {"locked":true}', 'draining {"deadlineMs":30000}']);
  assert.equal(call.locked, true);
  await call.leave();
});

test('moderation, hand and name are asked of the server', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await call.moderate('mute', 'p_bob', 'microphone');
  await call.moderate('lock');
  await call.raiseHand(true);
  fixture.server.refusals.moderate = [{ code: 'not_moderator', action: 'none' }];
  await assert.rejects(call.moderate('remove', 'p_bob'), { code: 'not_moderator' });
  assert.deepEqual(fixture.server.requests('moderate').map(({ act }) => act), ['mute', 'lock', 'remove']);
  assert.equal(fixture.server.requests('hand')[0]?.raised, true);
  await call.leave();
});

test('a listener that throws does not keep others from hearing', async (context) => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const errors: unknown[] = [];
  context.mock.method(globalThis, 'queueMicrotask', (report: () => void) => {
    try { report(); } catch (error) { errors.push(error); }
  });
  let heard = 0;
  call.on('room', () => { throw new Error('mine'); });
  const stop = call.on('room', () => heard++);
  fixture.server.event('room', { locked: true });
  stop();
  fixture.server.event('room', { locked: false });
  assert.equal(heard, 1);
  assert.equal(errors.length, 2);
  await call.leave();
});

test('who has left speaks no more', async () => {
  const fixture = new Fixture();
  fixture.server.participants = [participant('p_bob')];
  const call = await fixture.joined();
  fixture.server.event('speakers', { speakers: [{ id: 'p_bob', level: 20 }] });
  fixture.server.event('participantLeft', { id: 'p_bob', reason: 'left' });
  assert.deepEqual(call.speakers, []);
  await call.leave();
});
