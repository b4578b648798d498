// Which RTP header extensions an m-line is offered with.
// https://www.w3.org/TR/webrtc-extensions/#rtp-header-extension-control: Chromium has it, others not.

export interface HeaderExtension {
  uri: string;
  direction: string;
}

interface ExtensionControl {
  getHeaderExtensionsToNegotiate?(): HeaderExtension[];
  setHeaderExtensionsToNegotiate?(extensions: HeaderExtension[]): void;
}

/** What is of use in a receive slot; the rest is 500 bytes for each of up to 49 m-lines. */
const kForSlots = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
]);

/** Empty where the browser gives no control. */
export function extensionsOf(transceiver: RTCRtpTransceiver): HeaderExtension[] {
  return (transceiver as ExtensionControl).getHeaderExtensionsToNegotiate?.() ?? [];
}

/** Stops whatever a slot has no use for. */
export function trimExtensions(transceiver: RTCRtpTransceiver): void {
  set(transceiver, ({ uri, direction }) => (kForSlots.has(uri) ? direction : 'stopped'));
}

/**
 * Gives a sender what `initial` had. Chromium starts a transceiver with what was stopped on earlier
 * ones of its kind, and then refuses its own simulcast offer for want of the rid extension.
 */
export function restoreExtensions(
  transceiver: RTCRtpTransceiver, initial: readonly HeaderExtension[],
): void {
  const before = new Map(initial.map(({ uri, direction }) => [uri, direction]));
  set(transceiver, ({ uri, direction }) => (
    direction === 'stopped' ? before.get(uri) ?? direction : direction));
}

function set(
  transceiver: RTCRtpTransceiver, directionOf: (extension: HeaderExtension) => string,
): void {
  const all = extensionsOf(transceiver);
  if (all.length === 0) return;
  (transceiver as ExtensionControl).setHeaderExtensionsToNegotiate?.(
    all.map((extension) => ({ ...extension, direction: directionOf(extension) })));
}
