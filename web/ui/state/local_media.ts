/**
 * The user's own camera, microphone and the list of devices. Owns every track it made: it alone
 * stops them. One instance lives through lobby and call, so that joining never asks twice.
 */
import { signal } from '@preact/signals';
import { mediaProblem, type MediaProblem } from './media_problem.ts';
import type { Preferences } from './preferences.ts';

export interface Device {
  readonly id: string;
  readonly label: string;
}

export type CaptureKind = 'camera' | 'microphone';

const kCamera = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};
const kMicrophone = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class LocalMedia {
  readonly camera = signal<MediaStreamTrack | null>(null);
  readonly microphone = signal<MediaStreamTrack | null>(null);
  readonly cameraProblem = signal<MediaProblem | null>(null);
  readonly microphoneProblem = signal<MediaProblem | null>(null);
  /** True while the browser may be asking the user. */
  readonly asking = signal(false);
  readonly cameras = signal<readonly Device[]>([]);
  readonly microphones = signal<readonly Device[]>([]);
  readonly speakers = signal<readonly Device[]>([]);

  readonly #preferences: Preferences;
  readonly #devices: MediaDevices | undefined;

  constructor(
    preferences: Preferences,
    devices: MediaDevices | undefined = navigator.mediaDevices,
  ) {
    this.#preferences = preferences;
    this.#devices = devices;
    devices?.addEventListener?.('devicechange', () => void this.refresh());
  }

  /** Both at once, so that the browser asks once; each alone when together they cannot be had. */
  async start(kinds: readonly CaptureKind[]): Promise<void> {
    if (kinds.length === 2 && (await this.#open(kinds, false))) return;
    for (const kind of kinds) await this.#open([kind], true);
  }

  stop(kind: CaptureKind): void {
    const track = this[kind].value;
    this[kind].value = null;
    if (!track) return;
    track.onended = null;
    track.stop();
  }

  stopAll(): void {
    this.stop('camera');
    this.stop('microphone');
  }

  /** Uses another device from now on; opens it if this kind is running (or asked for). */
  async choose(kind: CaptureKind, id: string): Promise<void> {
    this.#preferences[kind === 'camera' ? 'cameraId' : 'microphoneId'].value = id;
    if (!this[kind].value && !this.#problem(kind).value) return;
    await this.start([kind]);
  }

  async refresh(): Promise<void> {
    const all = (await this.#devices?.enumerateDevices().catch(() => [])) ?? [];
    const of = (kind: MediaDeviceKind) =>
      all
        .filter((device) => device.kind === kind && device.deviceId !== '')
        .map((device) => ({ id: device.deviceId, label: device.label }));
    this.cameras.value = of('videoinput');
    this.microphones.value = of('audioinput');
    this.speakers.value = of('audiooutput');
  }

  /** Opens devices and puts their tracks into place. With `report` a failure becomes a problem. */
  async #open(kinds: readonly CaptureKind[], report: boolean): Promise<boolean> {
    if (!this.#devices?.getUserMedia) {
      for (const kind of kinds) this.#problem(kind).value = 'insecure';
      return report;
    }
    this.asking.value = true;
    try {
      const stream = await this.#devices.getUserMedia(this.#constraints(kinds));
      for (const kind of kinds) {
        const tracks = kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks();
        if (tracks[0]) this.#place(kind, tracks[0]);
      }
      return true;
    } catch (error) {
      if (report) for (const kind of kinds) this.#problem(kind).value = mediaProblem(error);
      return false;
    } finally {
      this.asking.value = false;
      await this.refresh();
    }
  }

  #place(kind: CaptureKind, track: MediaStreamTrack): void {
    this.stop(kind);
    track.contentHint = kind === 'camera' ? 'motion' : 'speech';
    // `ended` comes only when the device goes away: stop() does not fire it.
    track.onended = () => {
      this.stop(kind);
      this.#problem(kind).value = 'unplugged';
    };
    this.#problem(kind).value = null;
    this[kind].value = track;
  }

  #constraints(kinds: readonly CaptureKind[]): MediaStreamConstraints {
    const { cameraId, microphoneId } = this.#preferences;
    const device = (id: string) => (id ? { deviceId: { ideal: id } } : {});
    return {
      video: kinds.includes('camera') && { ...kCamera, ...device(cameraId.value) },
      audio: kinds.includes('microphone') && { ...kMicrophone, ...device(microphoneId.value) },
    };
  }

  #problem(kind: CaptureKind) {
    return kind === 'camera' ? this.cameraProblem : this.microphoneProblem;
  }
}

/** What the browser can do, asked once. */
export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

export function canChooseSpeaker(): boolean {
  return typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;
}
