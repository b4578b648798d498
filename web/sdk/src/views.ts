// What the page wants to see, remembered across connections. Slots are known by their place in the
// list and people by their identity, since mids and participant ids do not outlive a connection.
import type { Participant, ParticipantId, Source, View } from './types.ts';
import type { WireView } from './wire.ts';

interface Wish {
  want: 'auto' | 'none' | { participant: ParticipantId; identity: string | undefined; source: Source };
  width?: number;
  height?: number;
}

export class Views {
  readonly #wishes = new Map<number, Wish>();

  /** `mids` in slot order. A view of a slot that does not exist is left to the server to refuse. */
  remember(
    views: readonly View[], mids: readonly string[],
    participants: ReadonlyMap<ParticipantId, Participant>,
  ): void {
    for (const { slot, want, width, height } of views) {
      const index = mids.indexOf(slot);
      if (index < 0) continue;
      const wish = typeof want === 'string' ? want
        : { ...want, identity: participants.get(want.participant)?.identity };
      this.#wishes.set(index, { want: wish, width, height });
    }
  }

  /** Everything wished for, for a server that has not heard it. */
  all(
    mids: readonly string[], participants: ReadonlyMap<ParticipantId, Participant>,
  ): WireView[] {
    return [...this.#wishes].flatMap(([index, wish]) => {
      const mid = mids[index];
      return mid === undefined ? [] : [toWire(mid, wish, participants)];
    });
  }

  /** The wishes that somebody who comes (back) under a new id fulfils. */
  forNewcomer(
    newcomer: Participant, mids: readonly string[],
    participants: ReadonlyMap<ParticipantId, Participant>,
  ): WireView[] {
    return [...this.#wishes].flatMap(([index, wish]) => {
      const mid = mids[index];
      if (mid === undefined || typeof wish.want === 'string') return [];
      if (wish.want.identity !== newcomer.identity || wish.want.participant === newcomer.id) return [];
      return [toWire(mid, wish, participants)];
    });
  }
}

function toWire(
  mid: string, wish: Wish, participants: ReadonlyMap<ParticipantId, Participant>,
): WireView {
  const { width, height } = wish;
  return { mid, want: resolve(wish, participants), width, height };
}

/** `auto` while the person is away: something is better than a black picture. */
function resolve(
  wish: Wish, participants: ReadonlyMap<ParticipantId, Participant>,
): WireView['want'] {
  const { want } = wish;
  if (typeof want === 'string') return want;
  const present = participants.get(want.participant)
    ?? [...participants.values()].find(({ identity }) => identity === want.identity);
  if (!present) return 'auto';
  want.participant = present.id;
  return { participant: present.id, source: want.source };
}
