import { ParlourError } from './errors.ts';
import type { ErrorCode, Platform } from './types.ts';
import { kSubprotocol, type Requests, type Results, type WireError, type WireEvent } from './wire.ts';

/** Times in milliseconds. */
export const kOpenTimeout = 10_000;
export const kRequestTimeout = 15_000;
/** Without a word from the server for this long, ask. Its own pings are invisible to scripts. */
export const kSilence = 10_000;
export const kPingTimeout = 5_000;

export interface SignallingListener {
  onEvent(event: WireEvent): void;
  /** Once, when an opened connection is gone for whatever reason but `close()`. */
  onClosed(code: number, reason: string): void;
}

interface Waiting {
  resolve(result: never): void;
  reject(error: ParlourError): void;
  timer: number;
}

/**
 * One WebSocket: requests with their replies, events, and knowing that it is dead. Never reconnects:
 * that is the session's business.
 */
export class Signalling {
  readonly #platform: Platform;
  readonly #socket: WebSocket;
  readonly #listener: SignallingListener;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #closed = false;
  #heardAt: number;
  #silenceTimer = 0;

  /** Rejects with `unreachable` or `timeout`. */
  static open(platform: Platform, url: string, listener: SignallingListener): Promise<Signalling> {
    return new Promise((resolve, reject) => {
      const socket = platform.createWebSocket(url, kSubprotocol);
      const unreachable = (message: string): void => {
        platform.clearTimeout(timer);
        reject(new ParlourError('unreachable', message, 'wait'));
      };
      const timer = platform.setTimeout(() => {
        socket.onopen = socket.onclose = null;
        socket.close();
        reject(new ParlourError('timeout', `No answer from ${url}.`, 'wait'));
      }, kOpenTimeout);
      socket.onclose = () => unreachable(`Cannot reach ${url}.`);
      socket.onopen = () => {
        platform.clearTimeout(timer);
        resolve(new Signalling(platform, socket, listener));
      };
    });
  }

  private constructor(platform: Platform, socket: WebSocket, listener: SignallingListener) {
    this.#platform = platform;
    this.#socket = socket;
    this.#listener = listener;
    this.#heardAt = platform.now();
    socket.onmessage = (message: MessageEvent) => this.#onMessage(message.data);
    socket.onclose = (event: CloseEvent) => this.#lost(event.code, event.reason);
    this.#watchSilence();
  }

  get open(): boolean {
    return !this.#closed;
  }

  /** Rejects with the server's error, `timeout` (the connection stays), or `disconnected`. */
  request<K extends keyof Requests>(
    type: K, fields: Requests[K], timeoutMs = kRequestTimeout,
  ): Promise<Results[K]> {
    if (this.#closed) return Promise.reject(disconnected());
    const id = this.#nextId++;
    return new Promise<Results[K]>((resolve, reject) => {
      const timer = this.#platform.setTimeout(() => {
        this.#waiting.delete(id);
        reject(new ParlourError('timeout', `The server did not answer "${type}".`, 'wait'));
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ type, id, ...fields }));
    });
  }

  /** Is anybody there? Drops the connection if there is no answer in time. */
  async probe(timeoutMs = kPingTimeout): Promise<number> {
    const sentAt = this.#platform.now();
    try {
      await this.request('ping', {}, timeoutMs);
    } catch (error) {
      if (error instanceof ParlourError && error.code === 'timeout') {
        this.#lost(1006, 'The server is silent.');
      }
      throw error;
    }
    return this.#platform.now() - sentAt;
  }

  /** Ends it without telling the listener; requests without a reply are rejected. */
  close(code = 1000): void {
    this.#finish();
    this.#socket.close(code);
  }

  #onMessage(text: unknown): void {
    if (this.#closed || typeof text !== 'string') return;
    this.#heardAt = this.#platform.now();
    let message: { type?: unknown };
    try {
      message = JSON.parse(text);
    } catch {
      return;  // Not of this protocol; a version that adds other frames stays compatible.
    }
    if (message.type === 'event') {
      this.#listener.onEvent(message as unknown as WireEvent);
    } else if (message.type === 'events') {
      const { events } = message as unknown as { events: WireEvent[] };
      for (const event of events) this.#listener.onEvent(event);
    } else if (message.type === 'reply') {
      const { id, result } = message as unknown as { id: number; result: never };
      this.#take(id)?.resolve(result);
    } else if (message.type === 'error') {
      const { id, code, message: why, action, retryAfterMs } = message as unknown as WireError;
      this.#take(id)?.reject(new ParlourError(code as ErrorCode, why, action, retryAfterMs));
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    this.#waiting.delete(id);
    this.#platform.clearTimeout(waiting.timer);
    return waiting;
  }

  #watchSilence(): void {
    const quietFor = this.#platform.now() - this.#heardAt;
    this.#silenceTimer = this.#platform.setTimeout(() => {
      if (this.#platform.now() - this.#heardAt >= kSilence) {
        this.probe().then(() => this.#watchSilence(), () => { if (this.open) this.#watchSilence(); });
      } else {
        this.#watchSilence();
      }
    }, Math.max(0, kSilence - quietFor));
  }

  #lost(code: number, reason: string): void {
    if (this.#closed) return;
    this.#finish();
    this.#socket.close();
    this.#listener.onClosed(code, reason);
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#platform.clearTimeout(this.#silenceTimer);
    this.#socket.onmessage = this.#socket.onclose = null;
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(disconnected());
  }
}

export function disconnected(): ParlourError {
  return new ParlourError('disconnected', 'The connection to the server was lost.', 'wait');
}
