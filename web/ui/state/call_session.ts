/**
 * One stay in a room, as the page drives it: what the buttons do. Keeps what is published in step
 * with the user's devices.
 */
import { computed, effect, signal, untracked } from '@preact/signals';
import type { Call, ModerationAct, ParticipantId, Source } from '../../sdk/src/index.ts';
import { text } from '../messages.ts';
import type { CaptureKind, LocalMedia } from './local_media.ts';
import { Room } from './room.ts';
import { ScreenShare } from './screen_share.ts';
import type { Toasts } from './toasts.ts';

export class CallSession {
  readonly room: Room;
  readonly share: ScreenShare;
  readonly startedAt = Date.now();
  readonly microphoneOn = computed(() => this.#sends('microphone'));
  readonly cameraOn = computed(() => this.#sends('camera'));
  readonly handRaised = computed(() => this.room.self.value.hand);
  /** True while a camera is being opened after a press. */
  readonly cameraStarting = signal(false);

  readonly #stops: (() => void)[] = [];
  /** Per source: requests go one after the other, so that the last press wins. */
  readonly #queues = new Map<Source, Promise<void>>();

  constructor(
    readonly call: Call,
    readonly media: LocalMedia,
    readonly toasts: Toasts,
  ) {
    this.room = new Room(call);
    this.share = new ScreenShare(call, toasts);
    this.#stops.push(
      effect(() => this.#follow('camera')),
      effect(() => this.#follow('microphone')),
    );
    this.#stops.push(effect(() => this.#tellOfProblems()));
  }

  get canPublish(): boolean {
    return this.room.self.value.grants.canPublish;
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.share.stopTracks();
    this.room.dispose();
  }

  async setMicrophone(on: boolean): Promise<void> {
    if (!this.canPublish || on === this.microphoneOn.value) return;
    if (on && this.room.publications.value.get('microphone')?.mutedByHost) {
      this.toasts.show(text.call.mutedByHostHint, { key: 'microphone', tone: 'warning' });
      return;
    }
    this.toasts.dismiss('muted-talking');
    if (on && !this.media.microphone.value) await this.media.start(['microphone']);
    if (on && !this.media.microphone.value) return; // its problem is told by #tellOfProblems
    this.#inTurn('microphone', () => this.call.setMuted('microphone', !on));
  }

  toggleMicrophone(): Promise<void> {
    return this.setMicrophone(!this.microphoneOn.value);
  }

  async toggleCamera(): Promise<void> {
    if (!this.canPublish || this.cameraStarting.value) return;
    if (this.media.camera.value) {
      this.media.stop('camera');
      return;
    }
    this.cameraStarting.value = true;
    await this.media.start(['camera']);
    this.cameraStarting.value = false;
  }

  toggleHand(): void {
    void this.#try(() => this.call.raiseHand(!this.handRaised.value));
  }

  moderate(act: ModerationAct, participant?: ParticipantId, source?: Source): Promise<void> {
    return this.#try(() => this.call.moderate(act, participant, source));
  }

  rename(name: string): Promise<void> {
    return this.#try(() => this.call.rename(name));
  }

  #sends(source: Source): boolean {
    const publication = this.room.publications.value.get(source);
    return (
      publication !== undefined &&
      publication.track !== null &&
      !publication.muted &&
      !publication.mutedByHost
    );
  }

  /** A track that came, changed or went: the publication follows. A camera without track is off. */
  #follow(kind: CaptureKind): void {
    const track = this.media[kind].value;
    if (!untracked(() => this.canPublish)) return;
    this.#inTurn(kind, async () => {
      const publication = this.call.publications.get(kind);
      if (publication ? publication.track === track : !track) return;
      if (!publication && track) return this.call.publish(kind, track);
      await this.call.replaceTrack(kind, track);
      if (kind === 'camera' || !track) await this.call.setMuted(kind, !track);
    });
  }

  #tellOfProblems(): void {
    for (const kind of ['camera', 'microphone'] as const) {
      const problem = this.media[kind === 'camera' ? 'cameraProblem' : 'microphoneProblem'].value;
      const key = `problem-${kind}`;
      untracked(() => {
        if (problem)
          this.toasts.show(text.problems[kind][problem].title, {
            key,
            tone: 'warning',
            forMs: 8000,
          });
        else this.toasts.dismiss(key);
      });
    }
  }

  #inTurn(source: Source, request: () => Promise<void>): void {
    const before = this.#queues.get(source) ?? Promise.resolve();
    this.#queues.set(
      source,
      before.then(() => this.#try(request)),
    );
  }

  async #try(request: () => Promise<void>): Promise<void> {
    try {
      await request();
    } catch (error) {
      if (this.call.state === 'ended') return;
      const detail = error instanceof Error ? error.message : '';
      this.toasts.show(text.call.requestFailed(detail), { key: 'request', tone: 'warning' });
    }
  }
}
