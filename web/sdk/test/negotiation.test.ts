import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake_clock.ts';
import { FakeTrack } from './fake_peer_connection.ts';
import { participant } from './fake_server.ts';
import { Fixture } from './fixture.ts';

const published = (frame: Record<string, unknown> | undefined): unknown => frame?.publish;

test('publishing offers an m-line that names its source', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await call.publish('camera', new FakeTrack('video').media);
  const [offer] = fixture.server.requests('offer');
  assert.deepEqual(published(offer), [{ mid: '5', source: 'camera', muted: false }]);
  assert.equal(call.negotiations, 2);
  assert.equal(call.publications.get('camera')?.muted, false);
  await call.leave();
});

test('a camera is sent in three layers, and in one where simulcast is off', async () => {
  for (const [simulcast, rids] of [[true, ['q', 'h', 'f']], [false, [undefined]]] as const) {
    const fixture = new Fixture();
    const call = await fixture.joined({ simulcast });
    await call.publish('camera', new FakeTrack('video', 720).media);
    const { sendEncodings } = fixture.peer.sending()[0]!.init;
    assert.deepEqual(sendEncodings?.map(({ rid }) => rid), rids);
    await call.leave();
  }
});

test('an unpublished source leaves its m-line, which the next one takes up', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await call.publish('screen', new FakeTrack('video').media);
  await call.unpublish('screen');
  const transceiver = fixture.peer.transceivers.at(-1)!;
  assert.equal(transceiver.direction, 'inactive');
  assert.equal(transceiver.sender.track, null);
  assert.deepEqual(published(fixture.server.requests('offer').at(-1)), []);

  const again = new FakeTrack('video').media;
  await call.publish('screen', again);
  assert.equal(fixture.peer.transceivers.at(-1), transceiver);
  assert.equal(transceiver.direction, 'sendonly');
  assert.equal(transceiver.sender.track, again);
  await call.leave();
});

test('another device in the same publication needs no negotiation', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ publish: { camera: new FakeTrack('video').media } });
  const other = new FakeTrack('video').media;
  await call.replaceTrack('camera', other);
  assert.equal(fixture.peer.sending()[0]?.sender.track, other);
  await call.replaceTrack('camera', null);
  assert.equal(fixture.peer.sending()[0]?.sender.track, null);
  assert.equal(call.negotiations, 1);
  await call.leave();
});

test('a muted source stays silent while its device is changed', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ publish: { microphone: new FakeTrack('audio').media } });
  await call.setMuted('microphone', true);
  const other = new FakeTrack('audio').media;
  await call.replaceTrack('microphone', other);
  assert.equal(fixture.peer.sending()[0]?.sender.track, null);
  await call.setMuted('microphone', false);
  assert.equal(fixture.peer.sending()[0]?.sender.track, other);
  await call.leave();
});

test('publications that come at once share a negotiation, one at a time', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await Promise.all([
    call.publish('microphone', new FakeTrack('audio').media),
    call.publish('camera', new FakeTrack('video').media),
    call.publish('screen', new FakeTrack('video').media),
  ]);
  assert(fixture.server.requests('offer').length <= 2);
  assert.equal((published(fixture.server.requests('offer').at(-1)) as []).length, 3);
  assert.equal(fixture.peer.signalingState, 'stable');
  await call.leave();
});

test('a refused publication is taken back and does not spoil the next', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.refusals.offer = [{ code: 'not_allowed', action: 'none' }];
  await assert.rejects(call.publish('camera', new FakeTrack('video').media), { code: 'not_allowed' });
  assert.equal(fixture.peer.signalingState, 'stable');
  assert.equal(call.publications.size, 0);
  await call.publish('microphone', new FakeTrack('audio').media);
  assert.deepEqual(
    (published(fixture.server.requests('offer').at(-1)) as { source: string }[]).map(({ source }) => source),
    ['microphone']);
  await call.leave();
});

test('a track of the wrong kind is refused', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  await assert.rejects(call.publish('camera', new FakeTrack('audio').media), { code: 'bad_argument' });
  await assert.rejects(call.setMuted('camera', true), { code: 'no_such_track' });
  await call.leave();
});

test('what is published while the connection is away is sent once it is back', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.up = false;
  fixture.server.socket.drop();
  let done = false;
  const publishing = call.publish('camera', new FakeTrack('video').media).then(() => { done = true; });
  await fixture.clock.advance(3_000);
  assert.equal(done, false);
  fixture.server.up = true;
  await fixture.clock.advance(5_000);
  await publishing;
  assert.equal((published(fixture.server.requests('offer').at(-1)) as []).length, 1);
  await call.leave();
});

test('an offer whose answer was lost is offered again', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.silent = true;
  const publishing = call.publish('camera', new FakeTrack('video').media);
  await settle();
  fixture.server.socket.drop();
  fixture.server.silent = false;
  await fixture.clock.advance(1_000);
  await publishing;
  assert.equal(fixture.server.requests('offer').length, 2);
  assert.equal(fixture.peer.signalingState, 'stable');
  await call.leave();
});

test('slots are switched without any negotiation', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const before = call.slots.get('3')?.track;
  fixture.server.event('slots', {
    slots: [{ mid: '3', reason: 'shown', participant: 'p_bob', source: 'camera', track: 7, csrc: 1 }],
  });
  assert.equal(call.slots.get('3')?.participant, 'p_bob');
  assert.equal(call.slots.get('3')?.track, before);
  assert.equal(call.negotiations, 1);
  await call.leave();
});

test('an offer that the server takes for another stay leads to a new one', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.refusals.offer = [{ code: 'fingerprint_changed', action: 'rejoin' }];
  const publishing = call.publish('camera', new FakeTrack('video').media);
  await fixture.clock.advance(1_000);
  await publishing;
  assert.equal(fixture.peers.length, 2);
  assert.equal(
    ((fixture.server.requests('join').at(-1)?.offer as { publish: [] }).publish).length, 1);
  await call.leave();
});

test('an offer that nobody answers is taken up again on a new WebSocket', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  fixture.server.ignored.add('offer');
  const publishing = call.publish('camera', new FakeTrack('video').media);
  await fixture.clock.advance(15_000);
  fixture.server.ignored.clear();
  await fixture.clock.advance(1_000);
  await publishing;
  assert.equal(fixture.server.sockets.length, 2);
  assert.equal(fixture.peers.length, 1);
  await call.leave();
});

test('publishing again with another mute tells it', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ publish: { camera: new FakeTrack('video').media } });
  const other = new FakeTrack('video').media;
  await call.publish('camera', other, { muted: true });
  assert.deepEqual(fixture.server.requests('mute').map(({ muted }) => muted), [true]);
  assert.equal(fixture.peer.sending()[0]?.sender.track, null);
  assert.equal(call.negotiations, 1);
  await call.leave();
});

test('a screen is sent as text unless its owner says otherwise', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined();
  const text = new FakeTrack('video').media;
  await call.publish('screen', text);
  assert.equal(text.contentHint, 'detail');
  await call.unpublish('screen');
  const film = new FakeTrack('video').media;
  film.contentHint = 'motion';
  await call.publish('screen', film);
  assert.equal(film.contentHint, 'motion');
  await call.leave();
});

test('somebody else who comes changes no wish', async () => {
  const fixture = new Fixture();
  fixture.server.participants = [participant('p_bob')];
  const call = await fixture.joined();
  await call.view([{ slot: '3', want: { participant: 'p_bob', source: 'camera' } }]);
  fixture.server.event('participantJoined', { participant: participant('p_eve') });
  assert.equal(fixture.server.requests('view').length, 1);
  await call.leave();
});

test('slots are offered without extensions that they have no use for, senders with all', async () => {
  const fixture = new Fixture();
  const call = await fixture.joined({ publish: { camera: new FakeTrack('video').media } });
  await call.publish('screen', new FakeTrack('video').media);
  const offered = fixture.peer.transceivers.filter(({ kind }) => kind === 'video')
    .map((each) => `${each.direction}: ${each.offered().join(' ')}`);
  assert.deepEqual(offered, [
    'recvonly: mid', 'recvonly: mid',
    'sendonly: mid rtp-stream-id video-timing', 'sendonly: mid rtp-stream-id video-timing']);
  await call.leave();
});
