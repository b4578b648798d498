/** The stage of one call: who is on it, and what is asked of the server for that. */
import { computed, effect, signal, untracked } from '@preact/signals';
import type { Participant, ParticipantId, Slot } from '../../sdk/src/index.ts';
import type { Size } from '../layout/rect.ts';
import { orderPeople } from './order.ts';
import type { Preferences } from './preferences.ts';
import type { Room } from './room.ts';
import { assignSlots, viewsBetween, wishesFor, type Asked, type Wish } from './slot_plan.ts';
import { gridCapacity, planStage, tileKey, type Tile, type TileSource } from './stage_plan.ts';

/** Sizes settle before they are asked for: a drag of the window's edge is one request. */
const kSettleMs = 200;
const kCompactWidth = 600;

export class StageView {
  readonly area = signal<Size>({ width: 0, height: 0 });
  readonly pinned = signal<string | undefined>(undefined);
  readonly page = signal(0);
  /** The page is in the background: nobody looks, so nothing is asked for. */
  readonly hidden = signal(false);
  readonly compact = computed(
    () =>
      Math.min(this.area.value.width, this.area.value.height) < kCompactWidth &&
      this.area.value.width < 900,
  );
  readonly plan = computed(() =>
    planStage({
      cameras: this.#cameras.value,
      screens: this.#screens.value,
      area: this.area.value,
      layout: this.#preferences.layout.value,
      selfView: this.#preferences.selfView.value,
      corner: this.#preferences.selfCorner.value,
      pinned: this.pinned.value,
      speaker: this.#preferences.layout.value === 'speaker' ? this.#speaker.value : undefined,
      page: this.page.value,
      compact: this.compact.value,
    }),
  );

  readonly #room: Room;
  readonly #preferences: Preferences;
  readonly #order = signal<readonly ParticipantId[]>([]);
  readonly #heardAt = new Map<ParticipantId, number>();
  /** The last one who spoke, not ourselves. */
  readonly #speaker = signal<ParticipantId | undefined>(undefined);
  readonly #stops: (() => void)[] = [];
  #asked: Asked = new Map();
  #wishes: readonly Wish[] = [];
  #settling: ReturnType<typeof setTimeout> | undefined;

  readonly #cameras = computed(() => {
    const self = this.#room.self.value;
    const people = this.#room.participants.value;
    const order = this.#order.value.filter((id) => people.has(id));
    const others = order.map((id): Tile => ({
      key: tileKey(id, 'camera'),
      participant: id,
      source: 'camera',
      self: false,
    }));
    if (!self.grants.canPublish || self.grants.hidden) return others;
    return [
      ...others,
      { key: 'self/camera', participant: self.id, source: 'camera' as const, self: true },
    ];
  });

  readonly #screens = computed(() =>
    [...this.#room.participants.value.values()]
      .flatMap((person) =>
        person.tracks
          .filter((track) => track.source === 'screen' && !track.muted && !track.mutedByHost)
          .map((track) => ({ id: track.id, tile: screenTile(person.id) })),
      )
      .sort((a, b) => a.id - b.id)
      .map(({ tile }) => tile),
  );

  constructor(room: Room, preferences: Preferences) {
    this.#room = room;
    this.#preferences = preferences;
    this.#stops.push(
      effect(() => this.#reorder()),
      effect(() => this.#dropStalePin()),
      effect(() => this.#askLater()),
    );
    // New slots (a re-join on a new connection) start unasked.
    room.listen('negotiated', ({ count }) => {
      if (count !== 1) return;
      this.#asked = new Map();
      untracked(() => this.#askLater());
    });
  }

  dispose(): void {
    clearTimeout(this.#settling);
    for (const stop of this.#stops.splice(0)) stop();
  }

  togglePin(key: string): void {
    this.pinned.value = this.pinned.value === key ? undefined : key;
  }

  /** The slot that now shows this, if one does. */
  slotOf(participant: ParticipantId, source: TileSource): Slot | undefined {
    for (const slot of this.#room.slots.value.values()) {
      if (slot.participant === participant && slot.source === source) return slot;
    }
    return undefined;
  }

  #reorder(): void {
    const people = this.#room.participants.value;
    const speaking = this.#room.speaking.value.filter((id) => people.has(id));
    const { area, compact } = this;
    untracked(() => {
      const now = Date.now();
      for (const id of speaking) this.#heardAt.set(id, now);
      if (speaking[0]) this.#speaker.value = speaking[0];
      const firstPage = Math.max(1, gridCapacity(area.value, compact.value) - 1);
      const present = [...people.values()].filter(isOnStage).map(({ id }) => id);
      const next = orderPeople(
        this.#order.value,
        present,
        speaking,
        this.#heardAt,
        firstPage,
        this.#pinnedPeople(),
      );
      if (next.join() !== this.#order.value.join()) this.#order.value = next;
    });
  }

  #pinnedPeople(): ReadonlySet<ParticipantId> {
    const id = this.pinned.value?.split('/')[0];
    return new Set(id ? [id] : []);
  }

  /** A pin ends with what it holds, so that its owner's return does not jump to the front. */
  #dropStalePin(): void {
    const pinned = this.pinned.value;
    const all = [...this.#cameras.value, ...this.#screens.value];
    if (pinned && !all.some((tile) => tile.key === pinned)) this.pinned.value = undefined;
  }

  /** Follows everything that a request depends on; asks once it has settled. */
  #askLater(): void {
    const people = this.#room.participants.value;
    const sending = (tile: Tile) =>
      people
        .get(tile.participant)
        ?.tracks.some(
          (track) => track.source === tile.source && !track.muted && !track.mutedByHost,
        ) ?? false;
    const { placed } = this.plan.value;
    const receive = this.#preferences.receive.value;
    this.#wishes = this.hidden.value ? [] : wishesFor(placed, sending, devicePixelRatio, receive);
    void this.#room.slots.value;
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#ask();
    }, kSettleMs);
  }

  #ask(): void {
    const mids = [...this.#room.slots.peek().values()]
      .filter((slot) => slot.kind === 'video')
      .map((slot) => slot.mid);
    const wanted = assignSlots(this.#wishes, mids, this.#asked);
    const views = viewsBetween(this.#asked, wanted);
    this.#asked = wanted;
    if (views.length === 0) return;
    // A refused view leaves the tiles as avatars; the next change of the stage asks again.
    this.#room.call.view(views).catch(() => {
      this.#asked = new Map();
    });
  }
}

function screenTile(participant: ParticipantId): Tile {
  return { key: tileKey(participant, 'screen'), participant, source: 'screen', self: false };
}

/** Watchers (WHEP) publish nothing and have no face; they are in the list of people only. */
function isOnStage(person: Participant): boolean {
  return person.via !== 'whep';
}
