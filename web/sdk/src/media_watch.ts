import type { Platform } from './types.ts';

/** ICE says `disconnected` at every hiccup; only one that lasts is worth a restart. Milliseconds. */
export const kGrace = 2_500;
/** After a restart was answered, media must be back within this. */
export const kRestartTimeout = 8_000;

export interface MediaWatchListener {
  /** Media is lost: restart ICE, and call `restarted()` when that is answered. */
  onLost(): void;
  /** The restart did not help. */
  onRestartFailed(): void;
  /** ICE is connected, for the first time or again. */
  onConnected(): void;
}

/** Decides from ICE states when media is lost and when it is back. */
export class MediaWatch {
  #state: 'fine' | 'doubtful' | 'lost' = 'fine';
  #timer = 0;

  constructor(private readonly platform: Platform, private readonly listener: MediaWatchListener) {}

  get lost(): boolean {
    return this.#state === 'lost';
  }

  onIceState(state: RTCIceConnectionState): void {
    if (state === 'connected' || state === 'completed') this.#connected();
    else if (state === 'failed') this.declareLost();
    else if (state === 'disconnected' && this.#state === 'fine') {
      this.#state = 'doubtful';
      this.#after(kGrace, () => this.declareLost());
    }
  }

  /** Whoever knows better need not wait for ICE to find out. */
  declareLost(): void {
    if (this.#state === 'lost') return;
    this.#state = 'lost';
    this.platform.clearTimeout(this.#timer);
    this.listener.onLost();
  }

  restarted(connected: boolean): void {
    if (connected) this.#connected();
    else if (this.#state === 'lost') this.#after(kRestartTimeout, () => this.listener.onRestartFailed());
  }

  /** A doubt is acted upon at once. */
  hurry(): void {
    if (this.#state === 'doubtful') this.declareLost();
  }

  /** Everything is new: nothing is lost yet. */
  reset(): void {
    this.platform.clearTimeout(this.#timer);
    this.#state = 'fine';
  }

  #connected(): void {
    this.reset();
    this.listener.onConnected();
  }

  #after(ms: number, action: () => void): void {
    this.platform.clearTimeout(this.#timer);
    this.#timer = this.platform.setTimeout(action, ms);
  }
}
