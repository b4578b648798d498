/** Sharing a screen, window or tab, with its sound where the browser gives it. Owns the tracks. */
import { signal } from '@preact/signals';
import type { Call } from '../../sdk/src/index.ts';
import { text } from '../messages.ts';
import type { Toasts } from './toasts.ts';

const kOptions: DisplayMediaStreamOptions = {
  video: { frameRate: { ideal: 15, max: 30 } },
  audio: true,
};

export class ScreenShare {
  /** What is being shared; null when nothing is. */
  readonly track = signal<MediaStreamTrack | null>(null);
  readonly #call: Call;
  readonly #toasts: Toasts;
  #sound: MediaStreamTrack | undefined;

  constructor(call: Call, toasts: Toasts) {
    this.#call = call;
    this.#toasts = toasts;
  }

  toggle(): Promise<void> {
    return this.track.value ? this.stop() : this.start();
  }

  async start(): Promise<void> {
    const stream = await this.#ask();
    const picture = stream?.getVideoTracks()[0];
    if (!picture) return;
    picture.contentHint = 'detail';
    picture.onended = () => void this.stop(); // the browser's own "Stop sharing"
    this.track.value = picture;
    this.#sound = stream?.getAudioTracks()[0];
    try {
      await this.#call.publish('screen', picture);
      if (this.#sound) await this.#call.publish('screenAudio', this.#sound);
    } catch {
      this.stopTracks();
      this.#toasts.show(text.call.shareFailed, { key: 'share', tone: 'warning' });
    }
  }

  async stop(): Promise<void> {
    const sound = this.#sound;
    this.stopTracks();
    try {
      await this.#call.unpublish('screen');
      if (sound) await this.#call.unpublish('screenAudio');
    } catch {
      // The tracks have stopped: nothing of the screen is sent, and a re-join clears the rest.
    }
  }

  stopTracks(): void {
    for (const track of [this.track.value, this.#sound]) {
      if (!track) continue;
      track.onended = null;
      track.stop();
    }
    this.#sound = undefined;
    this.track.value = null;
  }

  async #ask(): Promise<MediaStream | undefined> {
    try {
      return await navigator.mediaDevices.getDisplayMedia(kOptions);
    } catch (error) {
      const cancelled = error instanceof DOMException && error.name === 'NotAllowedError';
      if (!cancelled) this.#toasts.show(text.call.shareFailed, { key: 'share', tone: 'warning' });
      return undefined;
    }
  }
}
