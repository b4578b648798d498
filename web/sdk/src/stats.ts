// getStats as people want to read it: one line per track and layer, rates over the last interval.
// https://www.w3.org/TR/webrtc-stats/; browsers leave out what they do not know. Pure.
import type {
  CallStats, CandidateStats, ConnectionStats, Kind, ParticipantId, Slot, Source, TrackStats,
} from './types.ts';

/** What a rate is made from, by the id of its report. Times in milliseconds. */
interface Counter {
  time: number;
  bytes: number;
  packets: number;
  lost: number;
}
export type Counters = ReadonlyMap<string, Counter>;

export interface StatsContext {
  now: number;
  before: Counters;
  ice: RTCIceConnectionState;
  negotiations: number;
  slots: ReadonlyMap<string, Slot>;
  sourceOf(mid: string): Source | undefined;
  self: ParticipantId;
}

/** lib.dom has few of the fields; all are optional in practice. */
type Report = { id: string; type: string; timestamp: number } & Record<string, unknown>;

export function normaliseStats(
  reports: { forEach(visit: (report: Report) => void): void }, context: StatsContext,
): { stats: CallStats; counters: Counters } {
  const byId = new Map<string, Report>();
  reports.forEach((report) => byId.set(report.id, report));
  const counters = new Map<string, Counter>();
  const tracks: TrackStats[] = [];
  for (const report of byId.values()) {
    if (report.type === 'inbound-rtp') tracks.push(inbound(report, byId, context, counters));
    if (report.type === 'outbound-rtp') tracks.push(outbound(report, byId, context, counters));
  }
  const connection = connectionOf(byId, context, counters);
  const { now: time, negotiations } = context;
  return { stats: { time, connection, tracks: tracks.sort(inOrder), negotiations }, counters };
}

function inbound(
  report: Report, byId: Map<string, Report>, context: StatsContext, counters: Map<string, Counter>,
): TrackStats {
  const mid = text(report.mid) ?? '';
  const slot = context.slots.get(mid);
  const { bitsPerSecond, lossRatio } = rates(report, {
    time: report.timestamp,
    bytes: number(report.bytesReceived) ?? 0,
    packets: number(report.packetsReceived) ?? 0,
    lost: number(report.packetsLost) ?? 0,
  }, context, counters);
  return defined({
    ...shared(report, byId),
    direction: 'in' as const,
    participant: slot?.participant,
    source: slot?.source,
    bitsPerSecond,
    lossRatio,
    packetsLost: number(report.packetsLost),
    jitterMs: milliseconds(report.jitter),
    framesDecoded: number(report.framesDecoded),
    freezeCount: number(report.freezeCount),
    freezeSeconds: number(report.totalFreezesDuration),
    audioLevel: number(report.audioLevel),
  });
}

function outbound(
  report: Report, byId: Map<string, Report>, context: StatsContext, counters: Map<string, Counter>,
): TrackStats {
  const remote = byId.get(text(report.remoteId) ?? '');
  const { bitsPerSecond } = rates(report, {
    time: report.timestamp,
    bytes: number(report.bytesSent) ?? 0,
    packets: number(report.packetsSent) ?? 0,
    lost: 0,
  }, context, counters);
  return defined({
    ...shared(report, byId),
    direction: 'out' as const,
    participant: context.self,
    source: context.sourceOf(text(report.mid) ?? ''),
    rid: text(report.rid),
    bitsPerSecond,
    lossRatio: number(remote?.fractionLost),
    packetsLost: number(remote?.packetsLost),
    jitterMs: milliseconds(remote?.jitter),
    rttMs: milliseconds(remote?.roundTripTime),
    framesEncoded: number(report.framesEncoded),
    limitedBy: text(report.qualityLimitationReason),
    active: typeof report.active === 'boolean' ? report.active : undefined,
  });
}

function shared(report: Report, byId: Map<string, Report>) {
  const codec = text(byId.get(text(report.codecId) ?? '')?.mimeType);
  return {
    mid: text(report.mid) ?? '',
    kind: report.kind as Kind,
    codec: codec?.split('/')[1],
    width: number(report.frameWidth),
    height: number(report.frameHeight),
    fps: number(report.framesPerSecond),
    nackCount: number(report.nackCount),
    pliCount: number(report.pliCount),
  };
}

function connectionOf(
  byId: Map<string, Report>, context: StatsContext, counters: Map<string, Counter>,
): ConnectionStats {
  const all = [...byId.values()];
  const transport = all.find(({ type }) => type === 'transport');
  const pair = byId.get(text(transport?.selectedCandidatePairId) ?? '')
    // Firefox has no transport report, but marks the pair.
    ?? all.find(({ type, selected }) => type === 'candidate-pair' && selected === true);
  const rate = (key: 'bytesReceived' | 'bytesSent'): number => (!pair ? 0 : rates(
    { ...pair, id: `${pair.id}/${key}` },
    { time: pair.timestamp, bytes: number(pair[key]) ?? 0, packets: 0, lost: 0 },
    context, counters,
  ).bitsPerSecond);
  return defined({
    ice: context.ice,
    dtls: text(transport?.dtlsState) ?? 'unknown',
    local: candidate(byId.get(text(pair?.localCandidateId) ?? '')),
    remote: candidate(byId.get(text(pair?.remoteCandidateId) ?? '')),
    rttMs: milliseconds(pair?.currentRoundTripTime),
    availableOutgoing: number(pair?.availableOutgoingBitrate),
    bitsPerSecondIn: rate('bytesReceived'),
    bitsPerSecondOut: rate('bytesSent'),
  });
}

function candidate(report: Report | undefined): CandidateStats | undefined {
  if (!report) return undefined;
  return {
    type: text(report.candidateType) ?? '',
    protocol: text(report.protocol) ?? '',
    address: text(report.address) ?? '',
    port: number(report.port) ?? 0,
  };
}

/** Over the time since the counter was last read; 0 at the first sight of it. */
function rates(
  { id }: Report, current: Counter, { before }: StatsContext, counters: Map<string, Counter>,
): { bitsPerSecond: number; lossRatio: number | undefined } {
  counters.set(id, current);
  const last = before.get(id);
  const elapsed = last ? current.time - last.time : 0;
  // A counter that went back belongs to another stream under the same id.
  if (!last || elapsed <= 0 || current.bytes < last.bytes) return { bitsPerSecond: 0, lossRatio: undefined };
  const lost = Math.max(0, current.lost - last.lost);
  const expected = lost + Math.max(0, current.packets - last.packets);
  return {
    bitsPerSecond: Math.round((current.bytes - last.bytes) * 8 * 1000 / elapsed),
    lossRatio: expected > 0 ? lost / expected : undefined,
  };
}

function inOrder(a: TrackStats, b: TrackStats): number {
  if (a.direction !== b.direction) return a.direction < b.direction ? -1 : 1;
  return Number(a.mid) - Number(b.mid) || (a.width ?? 0) - (b.width ?? 0);
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function milliseconds(seconds: unknown): number | undefined {
  const value = number(seconds);
  return value === undefined ? undefined : value * 1000;
}

/** Without the fields that are not known. */
function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
