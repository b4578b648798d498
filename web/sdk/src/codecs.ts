// What the receive slots are offered with. A browser's own list has about 20 payload types per video
// m-line; with 49 slots that is an offer of 280 KB. One entry per codec that the server forwards
// and publishers really send keeps it near 100 KB.
import type { Kind, Platform } from './types.ts';

interface Wanted {
  mime: string;
  /** Of the fmtp line; all must match where the codec names them. */
  fmtp?: Record<string, string>;
}

const kWanted: Record<Kind, readonly Wanted[]> = {
  audio: [{ mime: 'audio/opus' }],
  video: [
    { mime: 'video/VP8' },
    { mime: 'video/VP9', fmtp: { 'profile-id': '0' } },
    { mime: 'video/H264', fmtp: { 'profile-level-id': '42e0', 'packetization-mode': '1' } },
    { mime: 'video/AV1', fmtp: { profile: '0' } },
  ],
};

/** Leaves only the codecs that slots need on a receiving transceiver. */
export function trimCodecs(transceiver: RTCRtpTransceiver, kind: Kind, platform: Platform): void {
  const codecs = preferredCodecs(platform.receiverCapabilities(kind)?.codecs ?? [], kind);
  if (codecs.length > 0) transceiver.setCodecPreferences?.(codecs);
}

/** The codecs to offer, in our order, each with its retransmission partner at the end. */
export function preferredCodecs(offered: readonly RTCRtpCodec[], kind: Kind): RTCRtpCodec[] {
  const chosen = kWanted[kind].flatMap((wanted) => {
    const match = offered.find((codec) => matches(codec, wanted));
    return match ? [match] : [];
  });
  const rtx = offered.filter((codec) => codec.mimeType.toLowerCase() === `${kind}/rtx`);
  return chosen.length > 0 ? [...chosen, ...rtx] : [];
}

function matches(codec: RTCRtpCodec, wanted: Wanted): boolean {
  if (codec.mimeType.toLowerCase() !== wanted.mime.toLowerCase()) return false;
  const fmtp = new Map((codec.sdpFmtpLine ?? '').split(';').map((pair) => {
    const [key = '', value = ''] = pair.trim().toLowerCase().split('=');
    return [key, value] as const;
  }));
  return Object.entries(wanted.fmtp ?? {}).every(([key, value]) => {
    const has = fmtp.get(key);
    if (key === 'packetization-mode') return (has ?? '0') === value;
    return has === undefined || has.startsWith(value);
  });
}
