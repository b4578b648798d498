/** Statistics while somebody looks at them: one reading a second, and the last minute for curves. */
import { signal } from '@preact/signals';
import type { Call, CallStats, TrackStats } from '../../sdk/src/index.ts';

export interface Sample {
  readonly inKbps: number;
  readonly outKbps: number;
  readonly rttMs?: number;
  /** Of what is received, percent. */
  readonly lossPercent?: number;
  readonly jitterMs?: number;
}

const kPeriodMs = 1000;
const kKept = 60;

export class StatsFeed {
  readonly latest = signal<CallStats | null>(null);
  readonly history = signal<readonly Sample[]>([]);
  readonly #call: Call;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(call: Call) {
    this.#call = call;
  }

  start(): void {
    this.#timer ??= setTimeout(() => void this.#read(), 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #read(): Promise<void> {
    try {
      const stats = await this.#call.stats();
      if (this.#timer === undefined) return;
      this.latest.value = stats;
      this.history.value = [...this.history.value, sampleOf(stats)].slice(-kKept);
    } catch {
      // Between connections there is nothing to read; the panel keeps the last reading.
    }
    if (this.#timer !== undefined) this.#timer = setTimeout(() => void this.#read(), kPeriodMs);
  }
}

export function sampleOf(stats: CallStats): Sample {
  const received = stats.tracks.filter(
    (track) => track.direction === 'in' && track.bitsPerSecond > 0,
  );
  return {
    inKbps: stats.connection.bitsPerSecondIn / 1000,
    outKbps: stats.connection.bitsPerSecondOut / 1000,
    rttMs: stats.connection.rttMs,
    lossPercent: percent(worst(received, (track) => track.lossRatio)),
    jitterMs: worst(received, (track) => track.jitterMs),
  };
}

function worst(
  tracks: readonly TrackStats[],
  of: (track: TrackStats) => number | undefined,
): number | undefined {
  const values = tracks.map(of).filter((value) => value !== undefined);
  return values.length > 0 ? Math.max(...values) : undefined;
}

function percent(ratio: number | undefined): number | undefined {
  return ratio === undefined ? undefined : ratio * 100;
}

/** SVG points of a curve in a box of `width` by `height`; the newest sample is at the end. */
export function curvePoints(
  values: readonly (number | undefined)[],
  width: number,
  height: number,
  kept = kKept,
): string {
  const known = values.filter((value) => value !== undefined);
  const top = Math.max(1e-9, ...known) * 1.1;
  return values
    .map((value, index) =>
      value === undefined
        ? undefined
        : `${round(width - ((values.length - 1 - index) * width) / (kept - 1))},${round(height - (value / top) * height)}`,
    )
    .filter((point) => point !== undefined)
    .join(' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
