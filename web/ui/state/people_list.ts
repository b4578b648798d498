/** Order and search of the list of people. */
import type { Participant } from '../../sdk/src/index.ts';

/** Raised hands first, then by name as the reader's language sorts. */
export function sortPeople(people: readonly Participant[]): Participant[] {
  const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });
  return [...people].sort(
    (a, b) => Number(b.hand) - Number(a.hand) || collator.compare(a.name, b.name),
  );
}

/** By name, without regard to case and accents. */
export function filterPeople<P extends Pick<Participant, 'name'>>(
  people: readonly P[],
  query: string,
): P[] {
  const wanted = plain(query);
  return people.filter((person) => plain(person.name).includes(wanted));
}

function plain(words: string): string {
  return words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
