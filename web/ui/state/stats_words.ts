/** Figures as people read them. */
import type { CandidateStats, TrackStats } from '../../sdk/src/index.ts';

const kUnknown = '–';

export function bitrate(bitsPerSecond: number | undefined): string {
  if (bitsPerSecond === undefined) return kUnknown;
  if (bitsPerSecond < 1e6) return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
  return `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
}

export function fixed(value: number | undefined, unit: string, digits = 0): string {
  return value === undefined ? kUnknown : `${value.toFixed(digits)} ${unit}`;
}

export function pictureSize({
  width,
  height,
}: Pick<TrackStats, 'width' | 'height'>): string | undefined {
  return width && height ? `${width}×${height}` : undefined;
}

export function candidate(end: CandidateStats | undefined): string {
  if (!end) return kUnknown;
  const address = end.address.includes(':') ? `[${end.address}]` : end.address;
  return `${end.type} ${end.protocol} ${address}:${end.port}`;
}
