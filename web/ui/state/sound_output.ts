/**
 * Plays the audio slots through hidden elements, to the speaker of the user's choice. Browsers may
 * refuse to start sound before a click: `blocked` tells, `unblock` is to be called from that click.
 */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Slot } from '../../sdk/src/index.ts';
import type { Room } from './room.ts';

export class SoundOutput {
  readonly blocked = signal(false);
  readonly #players = new Map<string, HTMLAudioElement>();
  readonly #speakerId: ReadonlySignal<string>;
  readonly #stops: (() => void)[];

  constructor(room: Room, speakerId: ReadonlySignal<string>) {
    this.#speakerId = speakerId;
    this.#stops = [
      effect(() => this.#follow(room.slots.value)),
      effect(() => this.#route(speakerId.value)),
    ];
  }

  unblock(): void {
    this.blocked.value = false;
    for (const player of this.#players.values()) this.#play(player);
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
    for (const mid of [...this.#players.keys()]) this.#drop(mid);
  }

  #follow(slots: ReadonlyMap<string, Slot>): void {
    for (const mid of [...this.#players.keys()]) if (!slots.has(mid)) this.#drop(mid);
    for (const slot of slots.values()) {
      if (slot.kind !== 'audio') continue;
      const player = this.#players.get(slot.mid) ?? this.#add(slot.mid);
      const playing =
        player.srcObject instanceof MediaStream ? player.srcObject.getAudioTracks()[0] : undefined;
      if (playing === slot.track) continue;
      player.srcObject = new MediaStream([slot.track]);
      this.#play(player);
    }
  }

  #add(mid: string): HTMLAudioElement {
    const player = document.createElement('audio');
    player.autoplay = true;
    player.hidden = true;
    document.body.append(player);
    this.#players.set(mid, player);
    routeTo(player, this.#speakerId.peek());
    return player;
  }

  #drop(mid: string): void {
    const player = this.#players.get(mid);
    if (!player) return;
    player.srcObject = null;
    player.remove();
    this.#players.delete(mid);
  }

  #play(player: HTMLAudioElement): void {
    player.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError')
        this.blocked.value = true;
    });
  }

  #route(speakerId: string): void {
    for (const player of this.#players.values()) routeTo(player, speakerId);
  }
}

/** Plays on another speaker; one that has gone away leaves the sound on the default. */
export function routeTo(player: HTMLAudioElement, speakerId: string): void {
  if ('setSinkId' in player) player.setSinkId(speakerId).catch(() => undefined);
}
