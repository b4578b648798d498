/** Splits more people than a stage can hold into pages. */

export interface Page {
  /** The page really shown: the wished one, brought into range. */
  readonly index: number;
  readonly pages: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Pages are even (13 people on a stage of 12 make 7 and 6, not 12 and 1), so that turning a page
 * never meets a lonely tile.
 */
export function pageOf(count: number, perPage: number, wished: number): Page {
  const pages = Math.max(1, Math.ceil(count / Math.max(1, perPage)));
  const size = Math.ceil(count / pages);
  const index = Math.min(Math.max(0, wished), pages - 1);
  return { index, pages, start: index * size, end: Math.min(count, (index + 1) * size) };
}
