import type { Call } from './call.ts';
import { Connection, type Arrival, type ConnectionListener } from './connection.ts';
import { Emitter } from './emitter.ts';
import { ParlourError } from './errors.ts';
import type { Desired } from './peer.ts';
import { differences, fromSnapshot, reduce, withMessage, type RoomState } from './room_state.ts';
import { normaliseStats, type Counters } from './stats.ts';
import type {
  CallEvents, CallState, CallStats, ChatMessage, DataMessage, Ending, JoinOptions, Kind,
  ModerationAct, Participant, ParticipantId, Platform, Publication, SelfParticipant, Slot, Source,
  Speaker, View,
} from './types.ts';
import { Views } from './views.ts';
import type { Joined, WireEvent, WireView } from './wire.ts';

const kDataMaxBytes = 16 * 1024;

/** The Call that `join` gives out: what we know, what we want, and a Connection that keeps both. */
export class Session extends Emitter<CallEvents> implements Call, ConnectionListener {
  readonly #platform: Platform;
  readonly #connection: Connection;
  readonly #desired = new Map<Source, Desired>();
  readonly #views = new Views();
  readonly #options: JoinOptions;

  #state: CallState = 'joining';
  #known!: RoomState;  // From the first snapshot on, before a Session is given out.
  #name: string;
  #slots: ReadonlyMap<string, Slot> = new Map();
  #publications: ReadonlyMap<Source, Publication> = new Map();
  #counters: Counters = new Map();

  constructor(platform: Platform, url: string, options: JoinOptions) {
    super();
    this.#platform = platform;
    this.#options = options;
    this.#name = options.name;
    for (const [source, track] of Object.entries(options.publish ?? {}) as [Source, MediaStreamTrack][]) {
      const muted = options.muted?.includes(source) ?? false;
      this.#desired.set(source, { track, kind: track.kind as Kind, muted });
    }
    this.#connection = new Connection(platform, {
      url,
      room: options.room,
      audioSlots: options.audioSlots ?? 3,
      videoSlots: options.videoSlots ?? 9,
      simulcast: options.simulcast ?? true,
      reconnectForMs: options.reconnectForMs ?? 5 * 60_000,
      credentials: () => this.#credentials(),
    }, this.#desired, this);
  }

  get state(): CallState { return this.#state; }
  get self(): SelfParticipant { return this.#known.self; }
  get room(): string { return this.#options.room; }
  get participants(): ReadonlyMap<ParticipantId, Participant> { return this.#known.participants; }
  get slots(): ReadonlyMap<string, Slot> { return this.#slots; }
  get chat(): readonly ChatMessage[] { return this.#known.chat; }
  get speakers(): readonly Speaker[] { return this.#known.speakers; }
  get locked(): boolean { return this.#known.locked; }
  get publications(): ReadonlyMap<Source, Publication> { return this.#publications; }
  get negotiations(): number { return this.#connection.peer?.negotiations ?? 0; }

  // --- verbs ---

  /** Once, before anything else. */
  async join(): Promise<void> {
    const { signal } = this.#options;
    const abort = (): void => this.#connection.abort();
    if (signal?.aborted) throw new ParlourError('ended', 'The join was given up.');
    signal?.addEventListener('abort', abort);
    try {
      await this.#connection.join();
    } catch (error) {
      throw signal?.aborted ? new ParlourError('ended', 'The join was given up.') : error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async publish(
    source: Source, track: MediaStreamTrack, options: { muted?: boolean } = {},
  ): Promise<void> {
    if (track.kind !== kindOf(source)) {
      throw new ParlourError('bad_argument', `${source} takes ${kindOf(source)}, not ${track.kind}.`, 'fix');
    }
    const before = this.#desired.get(source);
    const wanted = { track, kind: kindOf(source), muted: options.muted ?? false };
    this.#desired.set(source, wanted);
    this.#refreshPublications();
    try {
      await this.#connection.sync();
      // A publication that lives goes on without an offer, so nobody heard of a changed mute yet.
      if (before && before.muted !== wanted.muted) await this.#tellMuted(source);
    } catch (error) {
      if (this.#desired.get(source) === wanted) this.#desired.delete(source);
      this.#refreshPublications();
      throw error;
    }
  }

  async unpublish(source: Source): Promise<void> {
    if (!this.#desired.delete(source)) return;
    this.#refreshPublications();
    await this.#connection.sync();
  }

  async replaceTrack(source: Source, track: MediaStreamTrack | null): Promise<void> {
    this.#wanted(source).track = track;
    this.#refreshPublications();
    await this.#connection.sync();
  }

  async setMuted(source: Source, muted: boolean): Promise<void> {
    const wanted = this.#wanted(source);
    if (wanted.muted === muted) return;
    wanted.muted = muted;
    this.#refreshPublications();
    // Silence first, and whatever the connection does.
    await this.#connection.peer?.setTrack(source, muted ? null : wanted.track);
    await this.#tellMuted(source);
  }

  async view(views: readonly View[]): Promise<void> {
    this.#views.remember(views, this.#mids(), this.participants);
    if (this.#state === 'ended') throw new ParlourError('ended', 'The call has ended.');
    const slots = views.map(({ slot, ...rest }): WireView => ({ mid: slot, ...rest }));
    await this.#unlessOffline(this.#connection.request('view', { slots }));
  }

  async sendChat(text: string, to?: ParticipantId): Promise<ChatMessage> {
    const { message } = await this.#connection.request('chat', { text, ...(to && { to }) });
    this.#learn({ ...this.#known, chat: withMessage(this.#known.chat, message) });
    return message;
  }

  async sendData(payload: string, to?: ParticipantId): Promise<void> {
    if (new TextEncoder().encode(payload).length > kDataMaxBytes) {
      throw new ParlourError('too_large', 'A data message holds 16 KiB at most.', 'fix');
    }
    const message = { payload, ...(to && { to }) };
    if (this.#state === 'ended') throw new ParlourError('ended', 'The call has ended.');
    if (this.#connection.peer?.send(JSON.stringify(message))) return;
    await this.#connection.request('data', message);
  }

  async rename(name: string): Promise<void> {
    await this.#connection.request('rename', { name });
    this.#name = name;
  }

  async raiseHand(raised: boolean): Promise<void> {
    await this.#connection.request('hand', { raised });
  }

  async moderate(act: ModerationAct, participant?: ParticipantId, source?: Source): Promise<void> {
    await this.#connection.request(
      'moderate', { act, ...(participant && { participant }), ...(source && { source }) });
  }

  async stats(): Promise<CallStats> {
    const peer = this.#connection.peer;
    if (!peer) throw new ParlourError('ended', 'There is no connection to measure.');
    const { stats, counters } = normaliseStats(await peer.connection.getStats(), {
      now: this.#platform.now(),
      before: this.#counters,
      ice: peer.connection.iceConnectionState,
      negotiations: peer.negotiations,
      slots: this.#slots,
      sourceOf: (mid) => peer.sourceOf(mid),
      self: this.self.id,
    });
    this.#counters = counters;
    return stats;
  }

  async ping(): Promise<number> {
    const sentAt = this.#platform.now();
    await this.#connection.request('ping', {});
    return this.#platform.now() - sentAt;
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  leave(): Promise<void> {
    return this.#connection.leave();
  }

  // --- what the connection tells ---

  onJoined(joined: Joined, arrival: Arrival): void {
    const next = fromSnapshot(joined);
    if (arrival === 'first') {
      this.#known = next;
      this.#refreshSlots();
      this.#refreshPublications();
      return;
    }
    const news = arrival === 'resumed' ? differences(this.#known.participants, next.participants)
      : { joined: [], left: [], updated: [] };
    this.#learn(next);
    for (const participant of news.left) this.emit('participantLeft', { participant, reason: 'left' });
    for (const participant of news.joined) this.emit('participantJoined', participant);
    for (const participant of news.updated) this.emit('participantUpdated', participant);
    this.#replay();
  }

  onEvent(event: WireEvent): void {
    const next = reduce(this.#known, event);
    if (next === this.#known) return;
    const left = event.name === 'participantLeft' ? this.participants.get(event.data.id) : undefined;
    this.#learn(next);
    switch (event.name) {
      case 'participantJoined':
        if (event.data.participant.id === this.self.id) break;
        this.emit('participantJoined', event.data.participant);
        this.#showNewcomer(event.data.participant);
        break;
      case 'participantUpdated':
        if (event.data.participant.id === this.self.id) break;
        this.emit('participantUpdated', event.data.participant);
        break;
      case 'participantLeft':
        if (left) this.emit('participantLeft', { participant: left, reason: event.data.reason });
        break;
      case 'data': this.emit('data', event.data); break;
      case 'quality': this.emit('quality', event.data); break;
      case 'draining': this.emit('draining', event.data); break;
      default: break;  // `#learn` told of it, or the connection acts on it.
    }
  }

  onConnected(): void {
    this.#enter('connected');
  }

  onReconnecting(what: CallEvents['reconnecting']): void {
    this.#enter('reconnecting');
    this.emit('reconnecting', what);
  }

  onDataChannelMessage(text: string): void {
    let message: { error?: string } & Partial<DataMessage>;
    try {
      message = JSON.parse(text);
    } catch {
      return;  // Not of this protocol.
    }
    if (message.error === 'rate') {
      this.onWarning(new ParlourError('too_many', 'Data messages were dropped: too many a second.'));
    } else if (message.error === 'slow') {
      this.onWarning(new ParlourError('slow', 'Data messages were missed: this connection is too slow.'));
    } else if (typeof message.from === 'string' && typeof message.payload === 'string') {
      this.emit('data', { from: message.from, to: message.to, payload: message.payload });
    }
  }

  onNegotiated(count: number): void {
    this.emit('negotiated', { count });
  }

  onWarning({ code, message }: ParlourError): void {
    this.emit('warning', { code, message });
  }

  onEnded(ending: Ending): void {
    this.#enter('ended');
    this.emit('ended', ending);
  }

  // --- inside ---

  async #credentials(): Promise<{ name: string; identity?: string; token?: string }> {
    const { token, identity } = this.#options;
    const name = this.#name;
    if (token !== undefined) return { name, token: typeof token === 'string' ? token : await token() };
    // One that the server made up is kept, so that others see the same person come back.
    const known = identity ?? (this.#state === 'joining' ? undefined : this.self.identity);
    return { name, ...(known !== undefined && { identity: known }) };
  }

  /** Takes in a new state and tells what is different about it. */
  #learn(next: RoomState): void {
    const before = this.#known;
    this.#known = next;
    if (next.self !== before.self) {
      this.#refreshPublications();
      this.emit('self', next.self);
    }
    if (next.slots !== before.slots) this.#refreshSlots();
    if (next.participants !== before.participants) this.emit('participants', next.participants);
    if (next.speakers !== before.speakers) this.emit('speakers', next.speakers);
    if (next.chat !== before.chat) {
      const known = new Set(before.chat.map(({ id }) => id));
      for (const message of next.chat) if (!known.has(message.id)) this.emit('chat', message);
      this.emit('messages', next.chat);
    }
    if (next.locked !== before.locked) this.emit('room', { locked: next.locked });
  }

  /** After a resumed or new join: what the server may have missed. */
  #replay(): void {
    for (const source of this.#desired.keys()) {
      if (this.#connection.peer?.midOf(source) === undefined) continue;
      this.#tellMuted(source).catch((error: unknown) => this.#warn(error));
    }
    this.#sendViews(this.#views.all(this.#mids(), this.participants));
  }

  #showNewcomer(newcomer: Participant): void {
    this.#sendViews(this.#views.forNewcomer(newcomer, this.#mids(), this.participants));
  }

  #sendViews(slots: WireView[]): void {
    if (slots.length === 0) return;
    this.#connection.request('view', { slots }).catch((error: unknown) => this.#warn(error));
  }

  async #tellMuted(source: Source): Promise<void> {
    const mid = this.#connection.peer?.midOf(source);
    const wanted = this.#desired.get(source);
    // Before its first offer is out there is nothing to mute; the offer itself will say it.
    if (mid === undefined || !wanted) return;
    await this.#unlessOffline(this.#connection.request('mute', { mid, muted: wanted.muted }));
  }

  /** For what is remembered here and replayed once the connection is back. */
  async #unlessOffline(request: Promise<unknown>): Promise<void> {
    try {
      await request;
    } catch (error) {
      if (!(error instanceof ParlourError) || error.code !== 'disconnected') throw error;
    }
  }

  #warn(error: unknown): void {
    if (!(error instanceof ParlourError) || error.code === 'disconnected' || error.code === 'ended') return;
    this.onWarning(error);
  }

  #wanted(source: Source): Desired {
    const wanted = this.#desired.get(source);
    if (!wanted) throw new ParlourError('no_such_track', `No ${source} is published.`, 'fix');
    return wanted;
  }

  #mids(): string[] {
    return this.#connection.peer?.slots().map(({ mid }) => mid) ?? [];
  }

  #refreshSlots(): void {
    this.#slots = new Map(this.#connection.peer?.slots().map(({ mid, kind, track }) => {
      const { reason = 'empty', participant, source } = this.#known.slots.get(mid) ?? {};
      return [mid, { mid, kind, track, reason, participant, source }];
    }));
    this.emit('slots', this.#slots);
  }

  #refreshPublications(): void {
    const published = this.#state === 'joining' && !this.#known ? [] : this.#known.self.tracks;
    this.#publications = new Map([...this.#desired].map(([source, { track, kind, muted }]) => {
      const mutedByHost = published.find((each) => each.source === source)?.mutedByHost ?? false;
      return [source, { source, kind, track, muted, mutedByHost }];
    }));
    this.emit('publications', this.#publications);
  }

  #enter(state: CallState): void {
    if (state === this.#state || this.#state === 'ended') return;
    this.#state = state;
    this.emit('state', state);
  }
}

function kindOf(source: Source): Kind {
  return source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video';
}
