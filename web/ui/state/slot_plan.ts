/**
 * Which receive slot shows whom, and at what size. Somebody who is already in a slot stays in it:
 * a switch costs a key frame and a blink.
 */
import type { ParticipantId, View } from '../../sdk/src/index.ts';
import type { PlacedTile, TileSource } from './stage_plan.ts';

export interface Wish {
  readonly participant: ParticipantId;
  readonly source: TileSource;
  /** Pixels of the device. */
  readonly width: number;
  readonly height: number;
}

/** What was last asked of each slot, by mid; absent: never asked. */
export type Asked = ReadonlyMap<string, Wish | 'none'>;

/** How much video to receive. */
export type Receive = 'best' | 'saver' | 'audio';

const kLargest = { best: { width: 1920, height: 1080 }, saver: { width: 320, height: 180 } };
/** A size is asked anew when it changed by more than this. */
const kSizeStep = 0.12;

/**
 * The pictures to ask for, most important first: the large tile, then the rest in order. Only
 * tiles of `sending` participants count; our own picture needs no slot.
 */
export function wishesFor(
  placed: readonly PlacedTile[],
  sending: (tile: PlacedTile['tile']) => boolean,
  pixelRatio: number,
  receive: Receive,
): Wish[] {
  const ordered = [...placed].sort((a, b) => Number(b.role === 'main') - Number(a.role === 'main'));
  return ordered
    .filter(({ tile }) => !tile.self && sending(tile))
    .filter(({ tile }) => receive !== 'audio' || tile.source === 'screen')
    .map(({ tile, rect }) => {
      const most = receive === 'saver' && tile.source === 'camera' ? kLargest.saver : kLargest.best;
      const scale = Math.min(
        1,
        most.width / (rect.width * pixelRatio),
        most.height / (rect.height * pixelRatio),
      );
      return {
        participant: tile.participant,
        source: tile.source,
        width: Math.max(1, Math.round(rect.width * pixelRatio * scale)),
        height: Math.max(1, Math.round(rect.height * pixelRatio * scale)),
      };
    });
}

/** Puts wishes into slots and returns what each slot should be asked for. */
export function assignSlots(
  wishes: readonly Wish[],
  mids: readonly string[],
  asked: Asked,
): Map<string, Wish | 'none'> {
  const served = wishes.slice(0, mids.length);
  const left = new Set(served);
  const result = new Map<string, Wish | 'none'>();
  for (const mid of mids) {
    const before = asked.get(mid);
    const stays =
      before && before !== 'none'
        ? served.find((w) => left.has(w) && samePicture(w, before))
        : undefined;
    if (!stays) continue;
    left.delete(stays);
    result.set(mid, stays);
  }
  const waiting = [...left];
  for (const mid of mids) {
    if (!result.has(mid)) result.set(mid, waiting.shift() ?? 'none');
  }
  return result;
}

/** The `view` request that brings the server from `asked` to `wanted`; empty when nothing changed. */
export function viewsBetween(asked: Asked, wanted: Asked): View[] {
  const views: View[] = [];
  for (const [slot, wish] of wanted) {
    const before = asked.get(slot);
    if (wish === 'none') {
      if (before !== 'none') views.push({ slot, want: 'none' });
      continue;
    }
    if (before && before !== 'none' && samePicture(before, wish) && sameSize(before, wish))
      continue;
    const { participant, source, width, height } = wish;
    views.push({ slot, want: { participant, source }, width, height });
  }
  return views;
}

/** Slots to open at join: one per tile that this screen can show at once, and one for a shared screen. */
export function slotsForScreen(width: number, height: number): number {
  const short = Math.min(width, height);
  if (short < 600) return 7;
  if (short < 840) return 10;
  return Math.max(width, height) < 1900 ? 17 : 26;
}

function samePicture(a: Wish, b: Wish): boolean {
  return a.participant === b.participant && a.source === b.source;
}

function sameSize(a: Wish, b: Wish): boolean {
  return (
    Math.abs(a.width - b.width) <= a.width * kSizeStep &&
    Math.abs(a.height - b.height) <= a.height * kSizeStep
  );
}
