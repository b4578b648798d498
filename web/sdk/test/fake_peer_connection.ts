// An RTCPeerConnection as far as the library uses it: transceivers, states, and a count of offers.

let nextTrack = 1;

export class FakeTrack {
  readonly id = `track${nextTrack++}`;
  contentHint = '';

  constructor(readonly kind: string, private readonly height = 720) {}

  getSettings(): MediaTrackSettings {
    return { height: this.height };
  }

  get media(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

class FakeSender {
  track: unknown;
  replaced = 0;

  constructor(track: unknown) {
    this.track = track;
  }

  async replaceTrack(track: unknown): Promise<void> {
    this.track = track;
    this.replaced++;
  }
}

const kExtensions = [
  'urn:ietf:params:rtp-hdrext:sdes:mid', 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/video-timing',
];

export class FakeTransceiver {
  mid: string | null = null;
  direction: string;
  codecs: RTCRtpCodec[] = [];
  readonly kind: string;
  readonly sender: FakeSender;
  readonly receiver: { track: FakeTrack };

  extensions: { uri: string; direction: string }[];

  /** As Chromium does it, what was stopped on an earlier one of the kind is stopped from the start. */
  constructor(
    trackOrKind: unknown, readonly init: RTCRtpTransceiverInit, earlier: readonly FakeTransceiver[],
  ) {
    const track = typeof trackOrKind === 'string' ? null : trackOrKind as FakeTrack;
    this.kind = track?.kind ?? trackOrKind as string;
    this.direction = init.direction ?? 'sendrecv';
    this.sender = new FakeSender(track);
    this.receiver = { track: new FakeTrack(this.kind) };
    const last = earlier.filter(({ kind }) => kind === this.kind).at(-1);
    this.extensions = last?.extensions ?? kExtensions.map((uri) => ({ uri, direction: 'sendrecv' }));
  }

  getHeaderExtensionsToNegotiate(): { uri: string; direction: string }[] {
    return this.extensions.map((each) => ({ ...each }));
  }

  setHeaderExtensionsToNegotiate(extensions: { uri: string; direction: string }[]): void {
    this.extensions = extensions;
  }

  /** The last words of the URIs that it offers. */
  offered(): (string | undefined)[] {
    return this.extensions.filter(({ direction }) => direction !== 'stopped')
      .map(({ uri }) => uri.split(/[:/]/).at(-1));
  }

  setCodecPreferences(codecs: RTCRtpCodec[]): void {
    this.codecs = codecs;
  }
}

export class FakeDataChannel {
  readyState = 'connecting';
  bufferedAmount = 0;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: string[] = [];

  constructor(readonly label: string) {}

  send(text: string): void {
    this.sent.push(text);
  }
}

export class FakePeerConnection {
  readonly transceivers: FakeTransceiver[] = [];
  readonly offers: { iceRestart: boolean }[] = [];
  channel: FakeDataChannel | undefined;
  signalingState = 'stable';
  iceConnectionState = 'new';
  connectionState = 'new';
  localDescription: { type: string; sdp: string } | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  closed = false;
  #nextMid = 0;

  addTransceiver(trackOrKind: unknown, init: RTCRtpTransceiverInit = {}): FakeTransceiver {
    const transceiver = new FakeTransceiver(trackOrKind, init, this.transceivers);
    this.transceivers.push(transceiver);
    return transceiver;
  }

  createDataChannel(label: string): FakeDataChannel {
    return this.channel = new FakeDataChannel(label);
  }

  async createOffer(options: { iceRestart?: boolean } = {}): Promise<RTCSessionDescriptionInit> {
    this.#checkOpen();
    this.offers.push({ iceRestart: options.iceRestart ?? false });
    return { type: 'offer', sdp: `offer ${this.offers.length}` };
  }

  async setLocalDescription(description: { type: string; sdp?: string }): Promise<void> {
    this.#checkOpen();
    if (description.type === 'rollback') {
      this.signalingState = 'stable';
      return;
    }
    for (const transceiver of this.transceivers) transceiver.mid ??= String(this.#nextMid++);
    this.localDescription = { type: 'offer', sdp: description.sdp ?? '' };
    this.signalingState = 'have-local-offer';
  }

  async setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    this.#checkOpen();
    if (this.signalingState !== 'have-local-offer') {
      throw new DOMException(`answer in ${this.signalingState}`, 'InvalidStateError');
    }
    if (!description.sdp) throw new DOMException('no answer', 'OperationError');
    this.signalingState = 'stable';
  }

  setIce(state: string): void {
    this.iceConnectionState = state;
    this.oniceconnectionstatechange?.();
  }

  sending(): FakeTransceiver[] {
    return this.transceivers.filter(({ direction }) => direction === 'sendonly');
  }

  close(): void {
    this.closed = true;
  }

  #checkOpen(): void {
    if (this.closed) throw new DOMException('closed', 'InvalidStateError');
  }
}
