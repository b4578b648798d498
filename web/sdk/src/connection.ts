import { backoffMs, Pause } from './backoff.ts';
import { ParlourError } from './errors.ts';
import { MediaWatch } from './media_watch.ts';
import { Negotiator } from './negotiator.ts';
import { Peer, type Desired, type PeerOptions } from './peer.ts';
import { disconnected, Signalling } from './signalling.ts';
import type { Ending, LeaveReason, Platform, Reconnecting, Source } from './types.ts';
import { afterEnded, afterJoinError, kTooManyErrors, reasonOfClose, refused } from './verdicts.ts';
import { kProtocolVersion, type Joined, type Requests, type Results, type WireEvent } from './wire.ts';

export type Arrival = 'first' | 'resumed' | 'rejoined';

export interface ConnectionOptions extends PeerOptions {
  url: string;
  room: string;
  reconnectForMs: number;
  /** Who joins; asked again at every join, since tokens expire. */
  credentials(): Promise<{ name: string; identity?: string; token?: string }>;
}

export interface ConnectionListener {
  /** Before anything else is heard on the new connection. */
  onJoined(joined: Joined, arrival: Arrival): void;
  onEvent(event: WireEvent): void;
  /** Requests can be made (again), and media flows or is about to. */
  onConnected(): void;
  onReconnecting(what: Reconnecting): void;
  onDataChannelMessage(text: string): void;
  onNegotiated(count: number): void;
  onWarning(error: ParlourError): void;
  onEnded(ending: Ending): void;
}

/**
 * Keeps one stay alive: the WebSocket, the PeerConnection, and what to do when either is lost.
 *
 *   WebSocket lost ─▶ back-off ─▶ resume ─┬─▶ media there: go on
 *                                         ├─▶ media lost: ICE restart ─▶ not back in time ─┐
 *                                         └─▶ stay unknown ────────────▶ join anew ◀───────┘
 */
export class Connection {
  readonly #platform: Platform;
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  readonly #desired: ReadonlyMap<Source, Desired>;
  readonly #pause: Pause;
  readonly #watch: MediaWatch;
  readonly #negotiator = new Negotiator(() => this.#negotiate());

  #peer: Peer | undefined;
  #signalling: Signalling | undefined;
  /** Empty: there is no stay to go on with. */
  #resumeToken = '';
  #everJoined = false;
  /** The server has let us in on the present WebSocket. */
  #attached = false;
  #iceRestartWanted = false;
  #offerUnanswered = false;
  #recovering = false;
  #ended = false;
  /** Attempts since everything was last well. */
  #attempts = 0;
  #troubleSince: number | undefined;
  #connectedAt = 0;

  /** `desired` is read whenever something is negotiated; say `sync()` after changing it. */
  constructor(
    platform: Platform, options: ConnectionOptions, desired: ReadonlyMap<Source, Desired>,
    listener: ConnectionListener,
  ) {
    this.#platform = platform;
    this.#options = options;
    this.#desired = desired;
    this.#listener = listener;
    this.#pause = new Pause(platform);
    this.#watch = new MediaWatch(platform, {
      onLost: () => this.#restartIce(),
      onRestartFailed: () => this.#startOver(),
      onConnected: () => this.#settle(),
    });
  }

  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** The first join; rejects with what went wrong, and is then of no more use. */
  async join(): Promise<void> {
    try {
      await this.#joinAnew('first');
    } catch (error) {
      this.#close();
      throw error;
    }
    this.#settle();
  }

  /** Done when the server knows everything of `desired` as it was at this call. */
  sync(): Promise<void> {
    if (this.#ended) return Promise.reject(hasEnded());
    return this.#negotiator.request();
  }

  request<K extends keyof Requests>(type: K, fields: Requests[K]): Promise<Results[K]> {
    if (this.#ended) return Promise.reject(hasEnded());
    if (!this.#signalling || !this.#attached) return Promise.reject(disconnected());
    return this.#signalling.request(type, fields);
  }

  retryNow(): void {
    this.#pause.end();
    this.#watch.hurry();
    if (this.#attached && this.#signalling) {
      this.#signalling.probe(kHurriedProbe).catch(() => { /* onClosed says it. */ });
    }
  }

  async leave(): Promise<void> {
    if (this.#ended) return;
    const signalling = this.#signalling;
    this.#ended = true;
    this.#watch.reset();
    this.#negotiator.end(hasEnded());
    this.#pause.end();
    await signalling?.request('leave', {}, kLeaveTimeout).catch(() => { /* Gone all the same. */ });
    this.#close();
    this.#listener.onEnded({ reason: 'left', message: 'You left.' });
  }

  /** Ends it on this side at once, without a word to anybody. */
  abort(): void {
    this.#close();
  }

  // --- joining ---

  async #joinAnew(arrival: 'first' | 'rejoined'): Promise<void> {
    if (arrival === 'rejoined') await this.#open();  // The old media may flow until it is there.
    this.#peer?.close();
    this.#watch.reset();
    this.#iceRestartWanted = false;
    const peer = this.#newPeer();
    const [offer, credentials, signalling] = await Promise.all([
      this.#firstOffer(peer), this.#options.credentials(), this.#open(),
    ]);
    if (this.#ended) throw hasEnded();
    const joined = await signalling.request('join', {
      version: kProtocolVersion, room: this.#options.room, ...credentials, offer,
    });
    this.#arrive(joined, arrival);
    await peer.answer(joined.answer ?? '');
    this.#offerUnanswered = false;
    this.#listener.onNegotiated(peer.negotiations);
    this.#negotiator.resume();
  }

  async #resume(token: string): Promise<void> {
    const signalling = await this.#open();
    const joined = await signalling.request(
      'join', { version: kProtocolVersion, room: this.#options.room, resume: token });
    this.#arrive(joined, 'resumed');
    if (this.#watch.lost || !this.#peer?.mediaConnected) {
      this.#iceRestartWanted = true;
      this.#watch.declareLost();
    }
    this.#negotiator.resume();
    if (this.#iceRestartWanted) this.#syncInBackground();
  }

  #arrive(joined: Joined, arrival: Arrival): void {
    if (this.#ended) throw hasEnded();
    this.#resumeToken = joined.resume.token;
    this.#everJoined = this.#attached = true;
    this.#connectedAt = this.#platform.now();
    this.#listener.onJoined(joined, arrival);
  }

  async #open(): Promise<Signalling> {
    if (this.#signalling?.open) return this.#signalling;
    const signalling = await Signalling.open(this.#platform, this.#options.url, {
      onEvent: (event) => this.#onEvent(event),
      onClosed: (code, reason) => this.#onClosed(code, reason),
    });
    if (this.#ended) {
      signalling.close();
      throw hasEnded();
    }
    return this.#signalling = signalling;
  }

  #newPeer(): Peer {
    const peer: Peer = new Peer(this.#platform, this.#options, {
      onIceState: (state) => { if (this.#peer === peer) this.#watch.onIceState(state); },
      onConnectionState: (state) => {
        // ICE may be well and DTLS not; only a new connection helps then.
        if (this.#peer === peer && state === 'failed' && peer.mediaConnected) this.#startOver();
      },
      onDataChannelMessage: (text) => this.#listener.onDataChannelMessage(text),
    });
    return this.#peer = peer;
  }

  async #firstOffer(peer: Peer): Promise<Requests['offer']> {
    await peer.apply(this.#desired);
    return peer.offer(this.#desired);
  }

  // --- negotiating ---

  async #negotiate(): Promise<void> {
    const peer = this.#peer;
    const signalling = this.#signalling;
    if (!peer || !signalling) throw disconnected();
    try {
      const restart = this.#iceRestartWanted;
      const needed = await peer.apply(this.#desired);
      if (!needed && !restart && !this.#offerUnanswered) return;
      this.#offerUnanswered = true;
      const { answer } = await signalling.request('offer', await peer.offer(this.#desired, restart));
      await peer.answer(answer);
      this.#offerUnanswered = false;
      if (restart) {
        this.#iceRestartWanted = false;
        this.#watch.restarted(peer.mediaConnected);
      }
      this.#listener.onNegotiated(peer.negotiations);
    } catch (error) {
      throw await this.#negotiationError(peer, signalling, error);
    }
  }

  /** What the waiters of a failed pass shall hear; `disconnected` keeps them waiting. */
  async #negotiationError(peer: Peer, signalling: Signalling, error: unknown): Promise<unknown> {
    if (peer !== this.#peer || signalling !== this.#signalling) return disconnected();
    if (!(error instanceof ParlourError)) return error;
    if (error.code === 'disconnected') return error;
    if (error.code === 'timeout') {
      this.#onClosed(1006, error.message);
      return disconnected();
    }
    if (afterJoinError(error) === 'rejoin') {
      this.#startOver();
      return disconnected();
    }
    this.#offerUnanswered = false;
    await peer.rollback();
    return error;
  }

  #syncInBackground(): void {
    this.#negotiator.request().catch((error: unknown) => {
      if (!this.#ended && error instanceof ParlourError) this.#listener.onWarning(error);
    });
  }

  // --- losing and finding ---

  #onEvent(event: WireEvent): void {
    this.#listener.onEvent(event);
    if (event.name === 'ended') this.#onServerEnded(event.data.reason, event.data.message);
  }

  #onServerEnded(reason: LeaveReason, message: string): void {
    const connectedFor = this.#platform.now() - this.#connectedAt;
    if (afterEnded(reason, connectedFor) === 'end') this.#end({ reason, message });
    else this.#startOver();
  }

  #onClosed(code: number, why: string): void {
    this.#drop();
    if (this.#ended || !this.#everJoined) return;  // The first join's own promise tells.
    const reason = reasonOfClose(code);
    if (reason) this.#onServerEnded(reason, why);
    else if (code === kTooManyErrors) this.#end({ reason: 'failed', message: why, code: 'too_many' });
    else void this.#recover();
  }

  #drop(): void {
    this.#signalling?.close();
    this.#signalling = undefined;
    this.#attached = false;
  }

  #restartIce(): void {
    this.#iceRestartWanted = true;
    if (this.#recovering) return;
    this.#troubleSince ??= this.#platform.now();
    this.#listener.onReconnecting({ what: 'media', attempt: this.#attempts + 1, inMs: 0 });
    this.#syncInBackground();
  }

  /** The stay on the server is of no use any more. */
  #startOver(): void {
    this.#resumeToken = '';
    this.#drop();
    this.#watch.reset();
    void this.#recover();
  }

  async #recover(): Promise<void> {
    if (this.#recovering || this.#ended) return;
    this.#recovering = true;
    this.#negotiator.pause();
    this.#troubleSince ??= this.#platform.now();
    let error: ParlourError | undefined;
    do {
      const inMs = backoffMs(++this.#attempts, this.#platform.random(), error?.retryAfterMs);
      if (this.#outOfTime(inMs)) return this.#giveUp(error);
      const what = this.#resumeToken ? 'signalling' : 'everything';
      this.#listener.onReconnecting({ what, attempt: this.#attempts, inMs });
      await this.#pause.wait(inMs);
      if (this.#ended) return;
      error = await this.#attempt();
      if (this.#ended) return;
      if (error && afterJoinError(error) === 'end') return this.#end(refused(error));
    } while (error || !this.#signalling?.open);
    this.#recovering = false;
    this.#settle();
  }

  /** One try, falling from resuming to joining anew on the same WebSocket. */
  async #attempt(): Promise<ParlourError | undefined> {
    try {
      if (this.#resumeToken) {
        try {
          return void await this.#resume(this.#resumeToken);
        } catch (error) {
          if (!(error instanceof ParlourError) || afterJoinError(error) !== 'rejoin') throw error;
          this.#resumeToken = '';
        }
      }
      return void await this.#joinAnew('rejoined');
    } catch (error) {
      if (error instanceof ParlourError) return error;
      return new ParlourError('unsupported', String(error));
    }
  }

  #outOfTime(waitMs: number): boolean {
    const since = this.#troubleSince ?? this.#platform.now();
    return this.#platform.now() + waitMs - since > this.#options.reconnectForMs;
  }

  #giveUp(error: ParlourError | undefined): void {
    const message = error?.message ?? 'The connection could not be brought back.';
    this.#end({ reason: 'lost', message, code: error?.code ?? 'disconnected' });
  }

  /** Something is well again; if all is, the trouble is over. */
  #settle(): void {
    if (this.#ended || this.#recovering || this.#watch.lost) return;
    if (this.#peer?.mediaConnected) {
      this.#attempts = 0;
      this.#troubleSince = undefined;
    }
    this.#listener.onConnected();
  }

  #end(ending: Ending): void {
    if (this.#ended) return;
    this.#close();
    this.#listener.onEnded(ending);
  }

  #close(): void {
    this.#ended = true;
    this.#watch.reset();
    this.#negotiator.end(hasEnded());
    this.#pause.end();
    this.#signalling?.close();
    this.#peer?.close();
  }
}

/** Milliseconds. */
const kLeaveTimeout = 1_000;
const kHurriedProbe = 3_000;

function hasEnded(): ParlourError {
  return new ParlourError('ended', 'The call has ended.');
}
