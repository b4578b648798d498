import { trimCodecs } from './codecs.ts';
import { encodingsFor } from './encodings.ts';
import { ParlourError } from './errors.ts';
import {
  extensionsOf, restoreExtensions, trimExtensions, type HeaderExtension,
} from './header_extensions.ts';
import type { Kind, Platform, Source } from './types.ts';
import type { WireOffer } from './wire.ts';

/** What we want others to have from one source. Survives connections. */
export interface Desired {
  track: MediaStreamTrack | null;
  /** Of the first track: a source never changes its kind. */
  kind: Kind;
  muted: boolean;
}

export interface PeerSlot {
  mid: string;
  kind: Kind;
  track: MediaStreamTrack;
}

export interface PeerOptions {
  audioSlots: number;
  videoSlots: number;
  simulcast: boolean;
}

export interface PeerListener {
  onIceState(state: RTCIceConnectionState): void;
  onConnectionState(state: RTCPeerConnectionState): void;
  onDataChannelMessage(text: string): void;
}

export const kDataChannelLabel = 'parlour';
/** Above this the data channel is not fed; the WebSocket takes over. */
const kDataChannelBufferLimit = 256 * 1024;

/**
 * One PeerConnection: fixed receive slots, one sending transceiver per source, the data channel.
 *
 * The m-lines, in order: audio slots, video slots, what is published at once, the data channel, and
 * then sources as they are first published. The first audio slot carries the transport (it is the
 * BUNDLE tag) and so must never stop; no transceiver here is ever stopped: a source that is
 * unpublished becomes inactive and is taken up again later.
 */
export class Peer {
  readonly connection: RTCPeerConnection;
  readonly #options: PeerOptions;
  readonly #slots: RTCRtpTransceiver[] = [];
  readonly #senders = new Map<Source, RTCRtpTransceiver>();
  readonly #channel: RTCDataChannel;
  /** As the browser would offer them, by kind, before slots were trimmed. */
  readonly #extensions = new Map<Kind, HeaderExtension[]>();
  /** Offers answered. */
  negotiations = 0;

  constructor(platform: Platform, options: PeerOptions, listener: PeerListener) {
    this.#options = options;
    const connection = platform.createPeerConnection({ bundlePolicy: 'max-bundle' });
    this.connection = connection;
    for (let i = 0; i < options.audioSlots; i++) this.#addSlot('audio', platform);
    for (let i = 0; i < options.videoSlots; i++) this.#addSlot('video', platform);
    this.#channel = connection.createDataChannel(kDataChannelLabel, { ordered: true });
    this.#channel.onmessage = (event) => {
      if (typeof event.data === 'string') listener.onDataChannelMessage(event.data);
    };
    connection.oniceconnectionstatechange =
      () => listener.onIceState(connection.iceConnectionState);
    connection.onconnectionstatechange =
      () => listener.onConnectionState(connection.connectionState);
  }

  /** Known after the first `offer()`, and the same ever after. */
  slots(): PeerSlot[] {
    return this.#slots.flatMap((transceiver) => {
      const { mid, receiver } = transceiver;
      return mid === null ? [] : [{ mid, kind: receiver.track.kind as Kind, track: receiver.track }];
    });
  }

  /** The m-line of a source that is, or once was, published here. */
  midOf(source: Source): string | undefined {
    return this.#senders.get(source)?.mid ?? undefined;
  }

  sourceOf(mid: string): Source | undefined {
    return [...this.#senders].find(([, transceiver]) => transceiver.mid === mid)?.[0];
  }

  /** At once, without negotiation; nothing where the source has no m-line yet. */
  async setTrack(source: Source, track: MediaStreamTrack | null): Promise<void> {
    const sender = this.#senders.get(source)?.sender;
    if (sender) await setTrack(sender, track);
  }

  /**
   * Makes the sending side what is wanted, as far as that needs no negotiation. True: the rest needs
   * an offer.
   */
  async apply(desired: ReadonlyMap<Source, Desired>): Promise<boolean> {
    let offerNeeded = false;
    for (const [source, { track, kind, muted }] of desired) {
      const transceiver = this.#senders.get(source);
      if (!transceiver) {
        this.#addSender(source, track ?? kind, muted);
        offerNeeded = true;
        continue;
      }
      if (transceiver.direction !== 'sendonly') {
        transceiver.direction = 'sendonly';
        offerNeeded = true;
      }
      await setTrack(transceiver.sender, muted ? null : track);
    }
    for (const [source, transceiver] of this.#senders) {
      if (desired.has(source) || transceiver.direction === 'inactive') continue;
      await setTrack(transceiver.sender, null);
      transceiver.direction = 'inactive';
      offerNeeded = true;
    }
    return offerNeeded;
  }

  /**
   * Makes an offer and sets it. Candidates are not waited for: the server is ICE-lite and learns
   * ours from our checks.
   */
  async offer(desired: ReadonlyMap<Source, Desired>, iceRestart = false): Promise<WireOffer> {
    await this.connection.setLocalDescription(await this.connection.createOffer({ iceRestart }));
    const publish = [...desired].flatMap(([source, { muted }]) => {
      const mid = this.midOf(source);
      return mid === undefined ? [] : [{ mid, source, muted }];
    });
    return { sdp: this.connection.localDescription?.sdp ?? '', publish };
  }

  async answer(sdp: string): Promise<void> {
    await this.connection.setRemoteDescription({ type: 'answer', sdp });
    this.negotiations++;
  }

  /** Takes an offer back that the server refused. */
  async rollback(): Promise<void> {
    if (this.connection.signalingState === 'have-local-offer') {
      await this.connection.setLocalDescription({ type: 'rollback' });
    }
  }

  get mediaConnected(): boolean {
    const ice = this.connection.iceConnectionState;
    return ice === 'connected' || ice === 'completed';
  }

  /** False: the data channel is not there or full; send another way. */
  send(text: string): boolean {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState !== 'open' || bufferedAmount > kDataChannelBufferLimit) return false;
    this.#channel.send(text);
    return true;
  }

  close(): void {
    this.connection.oniceconnectionstatechange = null;
    this.connection.onconnectionstatechange = null;
    this.#channel.onmessage = null;
    this.connection.close();
  }

  #addSlot(kind: Kind, platform: Platform): void {
    const transceiver = this.connection.addTransceiver(kind, { direction: 'recvonly' });
    trimCodecs(transceiver, kind, platform);
    if (!this.#extensions.has(kind)) this.#extensions.set(kind, extensionsOf(transceiver));
    trimExtensions(transceiver);
    this.#slots.push(transceiver);
  }

  #addSender(source: Source, trackOrKind: MediaStreamTrack | Kind, muted: boolean): void {
    const track = typeof trackOrKind === 'string' ? null : trackOrKind;
    const kind = (track?.kind ?? trackOrKind) as Kind;
    if (source === 'screen' && track && !track.contentHint) track.contentHint = 'detail';
    const sendEncodings = track ? encodingsFor(source, track, this.#options.simulcast) : undefined;
    // A muted source starts without its track: nothing of it leaves this machine.
    const init: RTCRtpTransceiverInit = { direction: 'sendonly', ...(sendEncodings && { sendEncodings }) };
    const first = muted ? kind : trackOrKind;
    const transceiver = this.connection.addTransceiver(first, init);
    restoreExtensions(transceiver, this.#extensions.get(kind) ?? []);
    this.#senders.set(source, transceiver);
  }
}

async function setTrack(sender: RTCRtpSender, track: MediaStreamTrack | null): Promise<void> {
  if (sender.track === track) return;
  try {
    await sender.replaceTrack(track);
  } catch (error) {
    throw new ParlourError('unsupported', `The browser refused the track: ${String(error)}`);
  }
}
