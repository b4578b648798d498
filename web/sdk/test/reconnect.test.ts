import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from '../src/backoff.ts';
import { FakeTrack } from './fake_peer_connection.ts';
import { message, participant } from './fake_server.ts';
import { Fixture } from './fixture.ts';

test('a lost WebSocket is resumed and the media is left alone', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const self = call.self.id;
  fixture.server.socket.drop();
  assert.equal(call.state, 'reconnecting');
  await fixture.clock.advance(300);
  assert.equal(call.state, 'connected');
  assert.equal(call.self.id, self);
  assert.equal(fixture.peers.length, 1);
  assert.equal(call.negotiations, 1);
  assert.equal(fixture.server.requests('join')[1]?.resume, 'token1');
  await call.leave();
});

test('what happened meanwhile is told after resuming', async () => {
  const fixture = new Fixture();
  fixture.server.participants = [participant('p_bob'), participant('p_eve')];
  const call = await fixture.joined();
  const told: string[] = [];
  call.on('participantJoined', ({ id }) => told.push(`joined ${id}`));
  call.on('participantLeft', ({ participant: { id } }) => told.push(`left ${id}`));
  call.on('participantUpdated', ({ id }) => told.push(`updated ${id}`));
  call.on('chat', ({ text }) => told.push(`chat ${text}`));
  fixture.server.participants = [participant('p_bob', { hand: true }), participant('p_dan')];
  fixture.server.chat = [message(1, 'where are you')];
  fixture.server.socket.drop();
  await fixture.clock.advance(300);
  assert.deepEqual(told, ['chat where are you', 'left p_eve', 'joined p_dan', 'updated p_bob']);
  await call.leave();
});

test('events that the snapshot has already are not told twice', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.event('room', { locked: true });
  let told = 0;
  call.on('room', () => told++);
  fixture.server.socket.deliver({ type: 'event', seq: 1, name: 'room', data: { locked: false } });
  assert.equal(call.locked, true);
  assert.equal(told, 0);
  await call.leave();
});

test('mutes and views of the time away are made up for', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ publish: { microphone: new FakeTrack('audio').media } });
  fixture.server.socket.drop();
  await call.setMuted('microphone', true);
  await call.view([{ slot: '3', want: 'none' }]);
  assert.equal(fixture.peer.sending()[0]?.sender.track, null);
  await fixture.clock.advance(300);
  assert.deepEqual(fixture.server.requests('mute').map(({ muted }) => muted), [true]);
  assert.deepEqual(fixture.server.requests('view').map(({ slots }) => slots), [[{ mid: '3', want: 'none' }]]);
  await call.leave();
});

test('a message cannot be sent while away, and says so', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.socket.drop();
  await assert.rejects(call.sendChat('hello'), { code: 'disconnected' });
  await call.leave();
});

test('a restarted server is joined anew with everything that was there', async () => {
  const fixture = new Fixture();
  fixture.server.participants = [participant('p_bob')];
  const camera = new FakeTrack('video').media;
  const call = await fixture.joined({ publish: { camera } });
  await call.setMuted('camera', true);
  await call.view([{ slot: '3', want: { participant: 'p_bob', source: 'camera' }, width: 640 }]);
  await call.rename('Ada L.');
  fixture.server.participants = [participant('p_bob2', { identity: 'bob' })];
  fixture.server.restart();
  await fixture.clock.advance(300);

  assert.deepEqual(fixture.states(), ['reconnecting', 'connected']);
  assert.equal(call.self.id, 'p_self2');
  assert.equal(call.self.identity, 'made1');
  assert.equal(call.self.name, 'Ada L.');
  assert.equal(fixture.peers.length, 2);
  assert(fixture.peers[0]?.closed);
  const rejoin = fixture.server.requests('join').at(-1);
  assert.deepEqual(
    (rejoin?.offer as { publish: object }).publish, [{ mid: '5', source: 'camera', muted: true }]);
  assert.deepEqual(fixture.server.requests('view').at(-1)?.slots, [
    { mid: '3', want: { participant: 'p_bob2', source: 'camera' }, width: 640 }]);
  assert.equal(call.slots.get('3')?.track, fixture.peer.transceivers[3]?.receiver.track as unknown);
  await call.leave();
});

test('a wish for somebody who is not back yet is fulfilled when they come', async () => {
  const fixture = new Fixture();
  fixture.server.participants = [participant('p_bob')];
  const call = await fixture.joined();
  await call.view([{ slot: '3', want: { participant: 'p_bob', source: 'camera' } }]);
  fixture.server.participants = [];
  fixture.server.restart();
  await fixture.clock.advance(300);
  assert.deepEqual(fixture.server.requests('view').at(-1)?.slots, [{ mid: '3', want: 'auto' }]);
  fixture.server.event('participantJoined', { participant: participant('p_new', { identity: 'bob' }) });
  assert.deepEqual(fixture.server.requests('view').at(-1)?.slots, [
    { mid: '3', want: { participant: 'p_new', source: 'camera' } }]);
  await call.leave();
});

test('attempts come at growing distances, and at once when asked', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.up = false;
  fixture.server.socket.drop();
  await fixture.clock.advance(20_000);
  const waits = fixture.told.flatMap((line) => {
    const [, json] = /^reconnecting (.*)/.exec(line) ?? [];
    return json ? [(JSON.parse(json) as { inMs: number }).inMs] : [];
  });
  assert.deepEqual(waits, [200, 500, 1000, 2000, 4000, 8000, 15_000]);
  fixture.server.up = true;
  call.retryNow();
  await fixture.clock.advance(0);
  assert.equal(call.state, 'connected');
  await call.leave();
});

test('waits are spread, bounded, and as long as the server asks', () => {
  assert.equal(backoffMs(1, 0), 160);
  assert.equal(backoffMs(1, 1), 240);
  assert.equal(backoffMs(100, 0.5), 30_000);
  assert.equal(backoffMs(1, 0.5, 5000), 5000);
});

test('reconnecting is given up in the end', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ reconnectForMs: 20_000 });
  fixture.server.up = false;
  fixture.server.socket.drop();
  await fixture.clock.advance(30_000);
  assert.equal(call.state, 'ended');
  assert.match(fixture.told.at(-1)!, /"reason":"lost".*"code":"unreachable"/);
  assert.equal(fixture.clock.pending, 0);
});

test('a publication that waits hears of the end', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ reconnectForMs: 5_000 });
  fixture.server.up = false;
  fixture.server.socket.drop();
  const publishing = assert.rejects(call.publish('camera', new FakeTrack('video').media), { code: 'ended' });
  await fixture.clock.advance(10_000);
  await publishing;
});

test('a refused re-join ends the call with its reason', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.stays.clear();
  fixture.server.refusals.join = [
    { code: 'resume_expired', action: 'rejoin' }, { code: 'token_expired', action: 'auth' }];
  fixture.server.socket.drop();
  await fixture.clock.advance(300);
  assert.equal(call.state, 'ended');
  assert.match(fixture.told.at(-1)!, /"reason":"refused".*"code":"token_expired"/);
});

test('a re-join that has to wait waits as long as it is told', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.refusals.join = [{ code: 'room_full', action: 'wait', retryAfterMs: 7000 }];
  fixture.server.socket.drop();
  await fixture.clock.advance(6_000);
  assert.equal(call.state, 'reconnecting');
  await fixture.clock.advance(2_000);
  assert.equal(call.state, 'connected');
  await call.leave();
});

for (const [reason, code] of [['removed', 4002], ['replaced', 4001]] as const) {
  test(`being ${reason} is final`, async () => {
    const fixture = new Fixture();
    const call = await fixture.joined();
    fixture.server.event('ended', { reason, message: 'Good bye.' });
    fixture.server.socket.drop(code);
    await fixture.clock.advance(60_000);
    assert.equal(call.state, 'ended');
    assert.deepEqual(fixture.told.at(-1), `ended {"reason":"${reason}","message":"Good bye."}`);
    assert.equal(fixture.server.sockets.length, 1);
  });

  test(`being ${reason} is final even if only the close code says it`, async () => {
    const fixture = new Fixture();
    const call = await fixture.joined();
    fixture.server.socket.drop(code, 'Good bye.');
    assert.equal(call.state, 'ended');
  });
}

test('a server that stops is joined again when it is back', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.event('ended', { reason: 'serverStopping', message: 'Back soon.' });
  fixture.server.up = false;
  fixture.server.stays.clear();
  await fixture.clock.advance(10_000);
  assert.equal(call.state, 'reconnecting');
  fixture.server.up = true;
  await fixture.clock.advance(10_000);
  assert.equal(call.state, 'connected');
  assert.equal(fixture.server.requests('join').at(-1)?.resume, undefined);
  await call.leave();
});

test('media that is lost for a moment is left alone', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.peer.setIce('disconnected');
  await fixture.clock.advance(2_000);
  fixture.peer.setIce('connected');
  await fixture.clock.advance(10_000);
  assert.equal(call.state, 'connected');
  assert.equal(call.negotiations, 1);
  await call.leave();
});

test('media that is lost is brought back by an ICE restart', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.peer.setIce('disconnected');
  await fixture.clock.advance(3_000);
  assert.equal(call.state, 'reconnecting');
  assert.deepEqual(fixture.peer.offers.map(({ iceRestart }) => iceRestart), [false, true]);
  fixture.peer.setIce('connected');
  assert.equal(call.state, 'connected');
  assert.equal(fixture.peers.length, 1);
  await call.leave();
});

test('media that a restart does not bring back is made anew', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.peer.setIce('failed');
  await fixture.clock.advance(9_000);
  assert.equal(fixture.peers.length, 2);
  assert.equal(call.state, 'connected');
  fixture.peer.setIce('connected');
  await call.leave();
});

test('media that never gets through ends the call in the end', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ reconnectForMs: 60_000 });
  const fail = (): void => { if (!fixture.peer.closed) fixture.peer.setIce('failed'); };
  fail();
  for (let i = 0; i < 40 && call.state !== 'ended'; i++) {
    await fixture.clock.advance(5_000);
    fail();
  }
  assert.equal(call.state, 'ended');
});

test('a resumed connection whose media is gone restarts ICE', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.up = false;
  fixture.server.socket.drop();
  fixture.peer.setIce('disconnected');
  await fixture.clock.advance(5_000);
  fixture.server.up = true;
  await fixture.clock.advance(5_000);
  assert.deepEqual(fixture.peer.offers.map(({ iceRestart }) => iceRestart), [false, true]);
  fixture.peer.setIce('connected');
  assert.equal(call.state, 'connected');
  assert.equal(fixture.peers.length, 1);
  await call.leave();
});

test('a server that went silent is noticed', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.silent = true;
  await fixture.clock.advance(16_000);
  assert.equal(call.state, 'reconnecting');
  fixture.server.silent = false;
  await fixture.clock.advance(20_000);
  assert.equal(call.state, 'connected');
  await call.leave();
});

test('a quiet connection is asked and kept', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await fixture.clock.advance(60_000);
  assert.equal(call.state, 'connected');
  assert.equal(fixture.server.sockets.length, 1);
  const pings = fixture.server.requests('ping').length;
  assert(pings >= 5 && pings <= 6, String(pings));
  await call.leave();
});

test('a page that knows better need not wait for a doubt to be settled', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.peer.setIce('disconnected');
  call.retryNow();
  await fixture.clock.advance(0);
  assert.equal(fixture.peer.offers.at(-1)?.iceRestart, true);
  await call.leave();
});

test('a page that knows better makes a silent server be noticed soon', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.silent = true;
  call.retryNow();
  await fixture.clock.advance(3_000);
  assert.equal(call.state, 'reconnecting');
  fixture.server.silent = false;
  await fixture.clock.advance(20_000);
  await call.leave();
});

test('attempts begin anew once media has been well', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ reconnectForMs: 10_000 });
  for (let i = 0; i < 4; i++) {
    fixture.server.up = false;
    fixture.server.socket.drop();
    await fixture.clock.advance(3_000);
    fixture.server.up = true;
    await fixture.clock.advance(5_000);
    assert.equal(call.state, 'connected');
  }
  fixture.server.socket.drop();
  assert.match(fixture.told.at(-1)!, /"attempt":1,/);
  await call.leave();
});

test('the old media flows until the server is there again', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.event('ended', { reason: 'timedOut', message: 'Too long away.' });
  fixture.server.up = false;
  await fixture.clock.advance(1_000);
  assert.equal(fixture.peers.length, 1);
  assert.equal(fixture.peers[0]?.closed, false);
  fixture.server.up = true;
  await fixture.clock.advance(10_000);
  assert.equal(fixture.peers.length, 2);
  await call.leave();
});

test('a server that had too many errors of us is not bothered again', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.socket.drop(4008, 'Too many errors.');
  assert.equal(call.state, 'ended');
  assert.match(fixture.told.at(-1)!, /"code":"too_many"/);
});

test('a stay that failed is begun anew, but not one that fails at once again', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await fixture.clock.advance(40_000);
  fixture.server.event('ended', { reason: 'failed', message: 'Broken.' });
  await fixture.clock.advance(1_000);
  assert.equal(call.state, 'connected');
  fixture.server.event('ended', { reason: 'failed', message: 'Broken again.' });
  assert.equal(call.state, 'ended');
});

test('a connection whose encryption fails is made anew', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.peer.connectionState = 'failed';
  fixture.peer.onconnectionstatechange?.();
  await fixture.clock.advance(1_000);
  assert.equal(fixture.peers.length, 2);
  assert.equal(call.state, 'connected');
  await call.leave();
});

test('a second loss of the WebSocket during an ICE restart restarts again', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.peer.setIce('failed');
  await fixture.clock.advance(0);
  fixture.server.socket.drop();
  await fixture.clock.advance(300);
  assert.deepEqual(fixture.peer.offers.map(({ iceRestart }) => iceRestart), [false, true, true]);
  fixture.peer.setIce('connected');
  assert.equal(call.state, 'connected');
  await call.leave();
});
