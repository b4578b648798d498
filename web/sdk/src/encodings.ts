// How a track is sent: layers, caps and what to give up first.
import type { Source } from './types.ts';

/** Most that one layer of this height may use, bits per second. */
const kVideoCaps: readonly (readonly [height: number, bps: number])[] = [
  [90, 100_000], [180, 200_000], [270, 350_000], [360, 600_000], [480, 1_000_000],
  [720, 2_000_000], [1080, 3_500_000], [Infinity, 6_000_000],
];
const kScreenCap = 3_000_000;
const kScreenMaxFps = 30;
const kScreenTextMaxFps = 15;

/**
 * Without it Chromium takes several encodings of VP9 and AV1 for spatial layers of one stream, which
 * cannot be forwarded apart; browsers that do not know it pass over it.
 */
const scalabilityMode = 'L1T2';

export function videoCap(height: number): number {
  return kVideoCaps.find(([limit]) => height <= limit)?.[1] ?? 0;
}

/** Encodings for addTransceiver; `height` of the track, 0 while unknown. */
export function cameraEncodings(height: number, simulcast: boolean): RTCRtpEncodingParameters[] {
  const full = height || 720;
  // From small to large, as RFC 8853 readers expect. A quarter of less than 480 lines is of no use.
  const layers: readonly (readonly [rid: string, scale: number])[] =
    !simulcast || full < 270 ? []
    : full < 480 ? [['h', 2], ['f', 1]]
    : [['q', 4], ['h', 2], ['f', 1]];
  if (layers.length === 0) return [{ maxBitrate: videoCap(full) }];
  return layers.map(([rid, scaleResolutionDownBy]) => ({
    rid, scaleResolutionDownBy, maxBitrate: videoCap(full / scaleResolutionDownBy), scalabilityMode,
  } as RTCRtpEncodingParameters));
}

/** Text wants every pixel and few frames, a film the other way round. */
export function screenEncodings(contentHint: string): RTCRtpEncodingParameters[] {
  const motion = contentHint === 'motion';
  return [{ maxBitrate: kScreenCap, maxFramerate: motion ? kScreenMaxFps : kScreenTextMaxFps }];
}

export function encodingsFor(
  source: Source, track: MediaStreamTrack, simulcast: boolean,
): RTCRtpEncodingParameters[] | undefined {
  if (source === 'camera') return cameraEncodings(track.getSettings().height ?? 0, simulcast);
  if (source === 'screen') return screenEncodings(track.contentHint);
  return undefined;
}
