import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normaliseStats, type Counters, type StatsContext } from '../src/stats.ts';
import type { Slot } from '../src/types.ts';

const slot = {
  mid: '3', kind: 'video', reason: 'shown', participant: 'p_bob', source: 'camera',
  track: {} as MediaStreamTrack,
} satisfies Slot;

function context(before: Counters = new Map()): StatsContext {
  return {
    now: 5000, before, ice: 'connected', negotiations: 1, slots: new Map([['3', slot]]),
    sourceOf: (mid) => (mid === '9' ? 'camera' : undefined), self: 'p_ada',
  };
}

function reports(timestamp: number, bytes: number, packets: number, lost: number) {
  const all = [
    { id: 'C', type: 'codec', timestamp, mimeType: 'video/VP8' },
    { id: 'I', type: 'inbound-rtp', timestamp, kind: 'video', mid: '3', codecId: 'C',
      bytesReceived: bytes, packetsReceived: packets, packetsLost: lost, jitter: 0.012,
      frameWidth: 640, frameHeight: 360, framesPerSecond: 30, framesDecoded: 90, freezeCount: 1 },
    { id: 'O', type: 'outbound-rtp', timestamp, kind: 'video', mid: '9', rid: 'h', codecId: 'C',
      bytesSent: bytes, packetsSent: packets, remoteId: 'R', qualityLimitationReason: 'cpu', active: true },
    { id: 'R', type: 'remote-inbound-rtp', timestamp, fractionLost: 0.25, roundTripTime: 0.04, jitter: 0.001 },
    { id: 'T', type: 'transport', timestamp, selectedCandidatePairId: 'P', dtlsState: 'connected' },
    { id: 'P', type: 'candidate-pair', timestamp, localCandidateId: 'L', remoteCandidateId: 'M',
      currentRoundTripTime: 0.03, availableOutgoingBitrate: 2_000_000, bytesReceived: bytes, bytesSent: 0 },
    { id: 'L', type: 'local-candidate', timestamp, candidateType: 'host', protocol: 'udp', address: '10.0.0.2', port: 4 },
    { id: 'M', type: 'remote-candidate', timestamp, candidateType: 'host', protocol: 'udp', address: '10.0.0.1', port: 8443 },
  ];
  return new Map(all.map((each) => [each.id, each]));
}

test('tracks are named by who is in their slot, with codec, size and times in milliseconds', () => {
  const { stats } = normaliseStats(reports(1000, 1000, 10, 0), context());
  const [received, sent] = stats.tracks;
  assert.deepEqual(received, {
    direction: 'in', mid: '3', kind: 'video', codec: 'VP8', width: 640, height: 360, fps: 30,
    participant: 'p_bob', source: 'camera', bitsPerSecond: 0, packetsLost: 0, jitterMs: 12,
    framesDecoded: 90, freezeCount: 1,
  });
  assert.equal(sent?.source, 'camera');
  assert.equal(sent?.rid, 'h');
  assert.equal(sent?.lossRatio, 0.25);
  assert.equal(sent?.rttMs, 40);
  assert.equal(sent?.limitedBy, 'cpu');
});

test('rates and losses are of the time since the last reading', () => {
  const first = normaliseStats(reports(1000, 1000, 10, 0), context());
  const second = normaliseStats(reports(3000, 251_000, 100, 10), context(first.counters));
  const received = second.stats.tracks[0];
  assert.equal(received?.bitsPerSecond, 1_000_000);
  assert.equal(received?.lossRatio, 0.1);
  assert.equal(second.stats.connection.bitsPerSecondIn, 1_000_000);
});

test('counters that start again give no nonsense', () => {
  const first = normaliseStats(reports(1000, 50_000, 10, 0), context());
  const second = normaliseStats(reports(2000, 100, 1, 0), context(first.counters));
  assert.equal(second.stats.tracks[0]?.bitsPerSecond, 0);
});

test('the connection is named by its candidates', () => {
  const { connection } = normaliseStats(reports(1000, 0, 0, 0), context()).stats;
  assert.deepEqual(connection.remote, { type: 'host', protocol: 'udp', address: '10.0.0.1', port: 8443 });
  assert.equal(connection.rttMs, 30);
  assert.equal(connection.dtls, 'connected');
  assert.equal(connection.availableOutgoing, 2_000_000);
});

test('a browser without a transport report marks the pair it uses', () => {
  const all = reports(1000, 0, 0, 0);
  all.delete('T');
  all.set('P', { ...all.get('P')!, selected: true } as never);
  assert.equal(normaliseStats(all, context()).stats.connection.remote?.port, 8443);
});

test('nothing known is nothing said', () => {
  const { stats } = normaliseStats(new Map(), context());
  assert.deepEqual(stats, {
    time: 5000, tracks: [], negotiations: 1,
    connection: { ice: 'connected', dtls: 'unknown', bitsPerSecondIn: 0, bitsPerSecondOut: 0 },
  });
});
