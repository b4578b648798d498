// Every codec that the server forwards, with what Chromium really makes of it.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { scene } from './support/scene.mjs';

/**
 * From now on this person's browser offers only these to send with, in this order. `reversed`: sizes
 * from large to small; `svc`: without a scalability mode, as clients of others.
 */
function sendsOnly(person, kind, mimeTypes, changed = {}) {
  return person.page.evaluate(([media, wanted, { reversed, svc }]) => {
    const plain = RTCPeerConnection.prototype.addTransceiver;
    RTCPeerConnection.prototype.addTransceiver = function (trackOrKind, init) {
      if (reversed) init?.sendEncodings?.reverse();
      if (svc) init?.sendEncodings?.forEach((each) => { delete each.scalabilityMode; });
      const transceiver = plain.call(this, trackOrKind, init);
      if (init?.direction === 'sendonly' && (trackOrKind.kind ?? trackOrKind) === media) {
        const { codecs } = RTCRtpReceiver.getCapabilities(media);
        transceiver.setCodecPreferences(wanted.flatMap((mime) => (
          codecs.filter(({ mimeType }) => mimeType.toLowerCase() === mime.toLowerCase()))));
      }
      return transceiver;
    };
  }, [kind, mimeTypes, changed]);
}

/** From now on this person's browser knows only these to receive. */
function decodesOnly(person, kind, mimeTypes) {
  return person.page.evaluate(([media, wanted]) => {
    const plain = RTCRtpReceiver.getCapabilities.bind(RTCRtpReceiver);
    RTCRtpReceiver.getCapabilities = (asked) => {
      const all = plain(asked);
      if (asked !== media) return all;
      return { ...all, codecs: all.codecs.filter(({ mimeType }) => (
        wanted.some((mime) => mime.toLowerCase() === mimeType.toLowerCase()))) };
    };
  }, [kind, mimeTypes]);
}

function canSend(person, mimeType) {
  return person.page.evaluate((wanted) => RTCRtpSender.getCapabilities('video').codecs
    .some((codec) => codec.mimeType.toLowerCase() === wanted.toLowerCase()), mimeType);
}

/** The codec that `kind` of `who` arrives in at `viewer`. */
async function arrivesIn(viewer, who, kind) {
  return eventually(async () => {
    const { tracks } = await viewer.call('stats');
    return tracks.find(({ direction, participant, kind: each, bitsPerSecond }) => (
      direction === 'in' && participant === who.id && each === kind && bitsPerSecond > 0))?.codec;
  }, `${viewer.name} receives ${kind} of ${who.name}`);
}

async function sentIn(person, kind) {
  return eventually(async () => {
    const { tracks } = await person.call('stats');
    return tracks.find(({ direction, kind: each, bitsPerSecond }) => (
      direction === 'out' && each === kind && bitsPerSecond > 0))?.codec;
  }, `${person.name} sends ${kind}`);
}

async function showsSizes(viewer, publisher, mid) {
  for (const height of [90, 360, 180, 360]) {
    const view = { slot: mid, want: { participant: publisher.id, source: 'camera' }, width: height * 16 / 9, height };
    const expected = Math.max(height, 180);
    await viewer.call('view', [view]);
    await eventually(async () => (await viewer.seen()).find((slot) => slot.mid === mid).height === expected,
      `a picture ${expected} lines high`, 20_000, async () => JSON.stringify(await viewer.seen()));
    await viewer.sees(publisher, 'green');
  }
}

const kShapes = {
  '': { size: [320, 180], simulcast: false },
  ' in two sizes': { size: [640, 360], simulcast: true },
  ' in two sizes, the larger first,': { size: [640, 360], simulcast: true, changed: { reversed: true } },
  ' in spatial layers': { size: [640, 360], simulcast: true, changed: { svc: true }, only: /VP9|AV1/ },
};
for (const codec of ['VP8', 'VP9', 'H264', 'AV1']) {
  for (const [how, { size, simulcast, changed, only }] of Object.entries(kShapes)) {
    if (only && !only.test(codec)) continue;
    scene(`${codec}${how} is sent, forwarded and decoded`, async (stage) => {
      const bob = await stage.person('Bob');
      // Debian's Chromium sends all four: one that does not is no reason to pass.
      assert(await canSend(bob, `video/${codec}`), `this Chromium cannot send ${codec}`);
      await sendsOnly(bob, 'video', [`video/${codec}`, 'video/rtx'], changed);
      await bob.join('lobby', { colour: 'green', size, simulcast });
      const [ada] = await stage.people('lobby', { Ada: 'red' });
      const slot = await ada.sees(bob, 'green', { timeoutMs: 30_000 });
      assert.equal(await arrivesIn(ada, bob, 'video'), codec);
      if (simulcast && !changed?.svc) await showsSizes(ada, bob, slot.mid);
      // Somebody who comes late begins with a key frame that is asked for.
      const [eve] = await stage.people('lobby', { Eve: 'blue' });
      await eve.sees(bob, 'green', { timeoutMs: 20_000 });
      assert.equal(await arrivesIn(eve, bob, 'video'), codec);
      await bob.sees(ada, 'red');
    });
  }
}

scene('the room\'s preferred codec is what browsers send', async (stage) => {
  const [ada, bob] = await stage.people('lobby', { Ada: 'red', Bob: 'green' });
  await ada.sees(bob, 'green', { timeoutMs: 20_000 });
  assert.equal(await arrivesIn(ada, bob, 'video'), 'VP9');
}, { settings: { 'rooms.codecs.video': '[VP9, VP8]' } });

for (const [policy, settings] of [
  ['opus first', {}], ['RED first', { 'rooms.codecs.audio': '[red, opus]' }],
  ['no RED', { 'rooms.codecs.audio': '[opus]' }],
]) {
  scene(`who prefers to send RED is heard in a room with ${policy}`, async (stage) => {
    const bob = await stage.person('Bob');
    await sendsOnly(bob, 'audio', ['audio/red', 'audio/opus']);
    await bob.join('lobby', { tone: 1000 });
    // One with the slots of the client library, one that could decode RED too.
    const plain = await (await stage.person('Ada')).join('lobby');
    await plain.hears([1000], { not: [440, 2500, 5000] });
    assert.equal(await arrivesIn(plain, bob, 'audio'), 'opus');
    assert.match(await sentIn(bob, 'audio'), /^(opus|red)$/);
  }, { settings });
}

scene('who cannot decode a camera is told so, and has all the rest', async (stage) => {
  const bob = await stage.person('Bob');
  await sendsOnly(bob, 'video', ['video/VP9', 'video/rtx']);
  await bob.join('lobby', { colour: 'green', tone: 1000 });
  const old = await stage.person('Old');
  await decodesOnly(old, 'video', ['video/VP8', 'video/rtx']);
  await old.join('lobby', { colour: 'red' });
  const [eve] = await stage.people('lobby', { Eve: 'blue' });

  await old.sees(eve, 'blue');
  await old.hears([1000]);
  await eve.sees(bob, 'green');
  await eve.sees(old, 'red');
  assert(!(await old.seen()).some(({ participant }) => participant === bob.id), 'no slot is wasted on it');

  const free = (await old.seen()).find(({ reason }) => reason !== 'shown').mid;
  await old.call('view', [{ slot: free, want: { participant: bob.id, source: 'camera' } }]);
  const slot = await eventually(async () => (await old.seen()).find(({ mid, reason }) => (
    mid === free && reason === 'undecodable')), 'it is told why');
  assert.equal(slot.participant, bob.id);
  assert.equal(slot.frames, 0);

  // The same slot shows somebody else as soon as that is wanted.
  await old.call('view', [{ slot: free, want: { participant: eve.id, source: 'camera' } }]);
  await eventually(async () => (await old.seen()).find(({ mid }) => mid === free).colour === 'blue',
    'Eve is in the slot', 15_000, async () => JSON.stringify(await old.seen()));
  await old.hears([1000]);
  assert.equal((await old.state()).negotiations, 1);
});
