/** Believable figures for the development page. */
import type { Call } from '../../sdk/src/call.ts';
import type { CallStats, TrackStats } from '../../sdk/src/index.ts';

export function fakeStats(call: Call): CallStats {
  const wave = (base: number, part: number) =>
    base * (1 + part * Math.sin(performance.now() / 900 + base));
  const received = [...call.slots.values()].map((slot): TrackStats =>
    slot.participant === undefined
      ? { direction: 'in', mid: slot.mid, kind: slot.kind, bitsPerSecond: 0 }
      : {
          direction: 'in',
          mid: slot.mid,
          kind: slot.kind,
          participant: slot.participant,
          source: slot.source,
          codec: 'VP8',
          width: 640,
          height: 360,
          fps: Math.round(wave(29, 0.03)),
          bitsPerSecond: wave(640_000, 0.2),
          lossRatio: Math.max(0, wave(0.004, 1)),
          jitterMs: wave(6, 0.3),
          framesDecoded: 1000,
        },
  );
  const sent = [...call.publications.values()]
    .filter(({ track }) => track !== null)
    .flatMap((published): TrackStats[] => {
      const base = {
        direction: 'out' as const,
        mid: published.source,
        kind: published.kind,
        source: published.source,
        lossRatio: 0.002,
        limitedBy: 'none',
      };
      if (published.source !== 'camera')
        return [
          {
            ...base,
            codec: published.kind === 'audio' ? 'opus' : 'VP8',
            bitsPerSecond: wave(32_000, 0.2),
          },
        ];
      return (['q', 'h', 'f'] as const).map((rid, layer) => ({
        ...base,
        rid,
        codec: 'VP8',
        width: 320 << layer,
        height: 180 << layer,
        fps: 30,
        bitsPerSecond: wave(120_000 * 4 ** layer * 0.8, 0.1),
      }));
    });
  const total = (tracks: readonly TrackStats[]) =>
    tracks.reduce((sum, track) => sum + track.bitsPerSecond, 0);
  return {
    time: performance.now(),
    connection: {
      ice: 'connected',
      dtls: 'connected',
      rttMs: wave(24, 0.2),
      availableOutgoing: 3_200_000,
      local: { type: 'prflx', protocol: 'udp', address: '192.0.2.17', port: 51234 },
      remote: { type: 'host', protocol: 'udp', address: '2001:db8::8', port: 8443 },
      bitsPerSecondIn: total(received),
      bitsPerSecondOut: total(sent),
    },
    tracks: [...received, ...sent],
    negotiations: call.negotiations,
  };
}
