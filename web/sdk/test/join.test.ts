import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join, JoinError } from '../src/index.ts';
import { webSocketUrl } from '../src/platform.ts';
import { settle } from './fake_clock.ts';
import { FakeTrack } from './fake_peer_connection.ts';
import { message, participant } from './fake_server.ts';
import { Fixture } from './fixture.ts';

test('a join offers its slots and its tracks in one round trip', async () => {
  const fixture = new Fixture();
  const microphone = new FakeTrack('audio').media;
  const call = await join(fixture.options({ publish: { microphone }, muted: ['microphone'] }));
  const [request] = fixture.server.requests('join');
  assert.deepEqual(
    (request?.offer as { publish: object }).publish, [{ mid: '5', source: 'microphone', muted: true }]);
  assert.equal(fixture.server.requests('offer').length, 0);
  assert.equal(call.state, 'connected');
  assert.equal(call.negotiations, 1);
  assert.equal(fixture.server.socket.url, 'wss://call.example/v1/ws');
  assert.equal(fixture.server.socket.protocol, 'parlour.v1');
  await call.leave();
});

test('the first m-line is an audio slot, and the data channel is there from the start', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ videoSlots: 4 });
  const { transceivers, channel } = fixture.peer;
  assert.deepEqual(transceivers.map(({ kind, direction }) => `${kind} ${direction}`), [
    ...Array(3).fill('audio recvonly'), ...Array(4).fill('video recvonly')]);
  assert.equal(channel?.label, 'parlour');
  assert.deepEqual([...call.slots.keys()], ['0', '1', '2', '3', '4', '5', '6']);
  await call.leave();
});

test('a muted microphone sends nothing from the first moment', async () => {
  const fixture = new Fixture();
  const microphone = new FakeTrack('audio').media;
  const call = await fixture.joined({ publish: { microphone }, muted: ['microphone'] });
  assert.equal(fixture.peer.sending()[0]?.sender.track, null);
  await call.setMuted('microphone', false);
  assert.equal(fixture.peer.sending()[0]?.sender.track, microphone);
  assert.deepEqual(fixture.server.requests('mute').map(({ muted }) => muted), [false]);
  await call.leave();
});

test('a joiner sees who and what is there already', async () => {
  const fixture = new Fixture();
  fixture.server.participants = [participant('p_bob')];
  fixture.server.chat = [message(2, 'second'), message(1, 'first')];
  const call = await fixture.joined();
  assert.equal(call.participants.get('p_bob')?.name, 'bob');
  assert.deepEqual(call.chat.map(({ text }) => text), ['first', 'second']);
  await call.leave();
});

test('a refused join says why and what to do', async () => {
  const fixture = new Fixture();
  fixture.server.refusals.join = [{ code: 'room_full', action: 'wait', retryAfterMs: 5000 }];
  await assert.rejects(join(fixture.options()), (error) => {
    assert(error instanceof JoinError);
    assert.equal(error.code, 'room_full');
    assert.equal(error.action, 'wait');
    assert.equal(error.retryAfterMs, 5000);
    return true;
  });
  assert(fixture.peer.closed);
  assert.equal(fixture.clock.pending, 0);
});

test('a server that is not there is unreachable', async () => {
  const fixture = new Fixture();
  fixture.server.up = false;
  await assert.rejects(join(fixture.options()), { name: 'JoinError', code: 'unreachable' });
});

test('a server that says nothing times out', async () => {
  const fixture = new Fixture();
  fixture.server.silent = true;
  const joining = assert.rejects(join(fixture.options()), { code: 'timeout' });
  await fixture.clock.advance(10_000);
  await joining;
});

test('a join can be given up', async () => {
  const fixture = new Fixture();
  const abort = new AbortController();
  const joining = assert.rejects(join(fixture.options({ signal: abort.signal })), { code: 'ended' });
  abort.abort();
  await settle();
  await joining;
  assert(fixture.peer.closed);
});

test('too many slots are refused before anything is sent', async () => {
  const fixture = new Fixture();
  await assert.rejects(join(fixture.options({ videoSlots: 50 })), { code: 'bad_argument' });
  assert.equal(fixture.server.sockets.length, 0);
});

test('a token that is a function is asked at every join', async () => {
  const fixture = new Fixture();
  let asked = 0;
  const call = await fixture.joined({ token: async () => `jwt${++asked}` });
  fixture.server.restart();
  await fixture.clock.advance(1_000);
  assert.deepEqual(
    fixture.server.requests('join').map(({ token }) => token), ['jwt1', undefined, 'jwt2']);
  await call.leave();
});

test('addresses of every kind lead to the WebSocket', () => {
  assert.equal(webSocketUrl('https://a.example/r/lobby'), 'wss://a.example/v1/ws');
  assert.equal(webSocketUrl('http://localhost:8080'), 'ws://localhost:8080/v1/ws');
  assert.equal(webSocketUrl('a.example'), 'wss://a.example/v1/ws');
  assert.equal(webSocketUrl('wss://a.example/behind/proxy'), 'wss://a.example/behind/proxy');
  assert.throws(() => webSocketUrl('ftp://a.example'), { code: 'bad_argument' });
  assert.throws(() => webSocketUrl('https://'), { code: 'bad_argument' });
});

test('leaving says so, closes everything and leaves no timer behind', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await call.leave();
  assert.equal(fixture.server.requests('leave').length, 1);
  assert(fixture.peer.closed);
  assert(fixture.server.socket.closed);
  assert.equal(call.state, 'ended');
  assert.equal(fixture.clock.pending, 0);
  await assert.rejects(call.sendChat('too late'), { code: 'ended' });
});
