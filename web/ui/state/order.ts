/**
 * Who stands where. People keep their place for as long as they stay, because a grid that shuffles
 * is hard to read; only somebody who speaks from a later page is brought to the first one.
 */
import type { ParticipantId } from '../../sdk/src/index.ts';

/** Last time somebody was heard, ms; absent: never. */
export type HeardAt = ReadonlyMap<ParticipantId, number>;

/**
 * The new order: those of `previous` who are still in `present`, then newcomers in the order of
 * `present`. A speaker outside the first `firstPage` places changes places with whoever was
 * silent longest there; `fixed` (ourselves, the pinned) never moves.
 */
export function orderPeople(
  previous: readonly ParticipantId[],
  present: readonly ParticipantId[],
  speakers: readonly ParticipantId[],
  heardAt: HeardAt,
  firstPage: number,
  fixed: ReadonlySet<ParticipantId> = new Set(),
): ParticipantId[] {
  const here = new Set(present);
  const order = previous.filter((id) => here.has(id));
  const known = new Set(order);
  for (const id of present) if (!known.has(id)) order.push(id);
  for (const speaker of speakers) {
    const from = order.indexOf(speaker);
    if (from < firstPage) continue;
    const to = quietestPlace(order, firstPage, speakers, heardAt, fixed);
    if (to === undefined) break;
    order[from] = order[to] as ParticipantId;
    order[to] = speaker;
  }
  return order;
}

function quietestPlace(
  order: readonly ParticipantId[],
  firstPage: number,
  speakers: readonly ParticipantId[],
  heardAt: HeardAt,
  fixed: ReadonlySet<ParticipantId>,
): number | undefined {
  let place: number | undefined;
  let quietest = Infinity;
  // From the end, so that of several who never spoke the last one gives way.
  for (let index = Math.min(firstPage, order.length) - 1; index >= 0; index--) {
    const id = order[index] as ParticipantId;
    if (fixed.has(id) || speakers.includes(id)) continue;
    const heard = heardAt.get(id) ?? -1;
    if (heard < quietest) {
      quietest = heard;
      place = index;
    }
  }
  return place;
}
