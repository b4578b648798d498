/** What a Call tells, as signals. Nothing is decided here. */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type {
  Call,
  CallEvents,
  CallState,
  ChatMessage,
  Participant,
  ParticipantId,
  Publication,
  QualityScore,
  Reconnecting,
  SelfParticipant,
  Slot,
  Source,
  Speaker,
} from '../../sdk/src/index.ts';

export class Room {
  readonly state: Signal<CallState>;
  readonly self: Signal<SelfParticipant>;
  readonly participants: Signal<ReadonlyMap<ParticipantId, Participant>>;
  readonly slots: Signal<ReadonlyMap<string, Slot>>;
  readonly publications: Signal<ReadonlyMap<Source, Publication>>;
  readonly messages: Signal<readonly ChatMessage[]>;
  readonly speakers: Signal<readonly Speaker[]>;
  readonly locked: Signal<boolean>;
  readonly quality = signal<ReadonlyMap<ParticipantId, QualityScore>>(new Map());
  /** Set while something is being brought back. */
  readonly reconnecting = signal<Reconnecting | null>(null);
  /** The server will stop; the call re-joins by itself. */
  readonly draining = signal(false);

  /** Who speaks, loudest first; changes only when they do, not with every level. */
  readonly speaking: ReadonlySignal<readonly ParticipantId[]>;

  readonly #stops: (() => void)[] = [];

  constructor(readonly call: Call) {
    this.state = signal(call.state);
    this.self = signal(call.self);
    this.participants = signal(call.participants);
    this.slots = signal(call.slots);
    this.publications = signal(call.publications);
    this.messages = signal(call.chat);
    this.speakers = signal(call.speakers);
    this.locked = signal(call.locked);
    const ids = computed(() => this.speakers.value.map(({ id }) => id).join(' '));
    this.speaking = computed(() => ids.value.split(' '));
    this.#copy('self', this.self);
    this.#copy('participants', this.participants);
    this.#copy('slots', this.slots);
    this.#copy('publications', this.publications);
    this.#copy('messages', this.messages);
    this.#copy('speakers', this.speakers);
    this.#copy('reconnecting', this.reconnecting);
    this.listen('room', ({ locked }) => {
      this.locked.value = locked;
    });
    this.listen('draining', () => {
      this.draining.value = true;
    });
    this.listen('state', (state) => {
      this.state.value = state;
      if (state === 'reconnecting') return;
      this.reconnecting.value = null;
      this.draining.value = false;
    });
    this.listen('quality', ({ id, score }) => {
      this.quality.value = new Map(this.quality.value).set(id, score);
    });
  }

  /** Listens until `dispose`. */
  listen<K extends keyof CallEvents>(name: K, listener: (data: CallEvents[K]) => void): void {
    this.#stops.push(this.call.on(name, listener));
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #copy<K extends keyof CallEvents>(
    name: K,
    target: Signal<CallEvents[K]> | Signal<CallEvents[K] | null>,
  ): void {
    this.listen(name, (data) => {
      target.value = data;
    });
  }
}
