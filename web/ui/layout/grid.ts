/**
 * Best-fit tiling: equal tiles, as large as they can be, last row centred.
 *
 * A camera picture is about 16:9 and is cropped to its tile, so a tile may be anything between
 * `minRatio` and `maxRatio`. Every number of columns is tried; the one that shows most of the
 * pictures wins. 49 tiles cost 49 steps, so this runs on every resize without care.
 */
import { rect, type Rect, type Size } from './rect.ts';

export interface GridShape {
  readonly columns: number;
  readonly rows: number;
  readonly tile: Size;
}

export interface GridRules {
  /** Space between tiles, px. */
  readonly gap: number;
  /** Narrowest and widest tile, width / height. */
  readonly minRatio: number;
  readonly maxRatio: number;
  /** The usual shape of a picture, and how much the part of it that is cropped away counts, 0 to 1. */
  readonly pictureRatio: number;
  readonly cropWeight: number;
}

export const kGridRules: GridRules = {
  gap: 8,
  minRatio: 0.8,
  maxRatio: 2,
  pictureRatio: 16 / 9,
  cropWeight: 0.5,
};
/** Phones: upright tiles fill an upright screen, and a face is in the middle of its picture. */
export const kCompactRules: GridRules = {
  gap: 6,
  minRatio: 0.56,
  maxRatio: 16 / 9,
  pictureRatio: 16 / 9,
  cropWeight: 0.25,
};

/** The best shape for `count` tiles in `area`; `undefined` when there is nothing to place. */
export function bestShape(count: number, area: Size, rules = kGridRules): GridShape | undefined {
  if (count < 1 || area.width < 1 || area.height < 1) return undefined;
  let best: GridShape | undefined;
  let bestScore = -1;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    if (Math.ceil(count / rows) < columns) continue; // an empty column: a smaller number does the same
    const tile = tileSize(columns, rows, area, rules);
    if (!tile) continue;
    const score = shownArea(tile, rules);
    if (score > bestScore) {
      best = { columns, rows, tile };
      bestScore = score;
    }
  }
  return best;
}

/** Where the `count` tiles of the best shape go; empty when the area is too small for any. */
export function gridRects(count: number, area: Size, rules = kGridRules): Rect[] {
  const shape = bestShape(count, area, rules);
  if (!shape) return [];
  const { columns, rows, tile } = shape;
  const top = (area.height - rows * tile.height - (rows - 1) * rules.gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const start = (area.width - inRow * tile.width - (inRow - 1) * rules.gap) / 2;
    const column = index - row * columns;
    return rect(
      start + column * (tile.width + rules.gap),
      top + row * (tile.height + rules.gap),
      tile.width,
      tile.height,
    );
  });
}

/** How many tiles of at least `least` fit, between 1 and `most`. */
export function capacity(area: Size, least: Size, most: number, gap = kGridRules.gap): number {
  const columns = Math.floor((area.width + gap) / (least.width + gap));
  const rows = Math.floor((area.height + gap) / (least.height + gap));
  return Math.max(1, Math.min(most, columns * rows));
}

function tileSize(columns: number, rows: number, area: Size, rules: GridRules): Size | undefined {
  let width = Math.floor((area.width - rules.gap * (columns - 1)) / columns);
  let height = Math.floor((area.height - rules.gap * (rows - 1)) / rows);
  if (width < 1 || height < 1) return undefined;
  if (width / height > rules.maxRatio) width = Math.floor(height * rules.maxRatio);
  if (width / height < rules.minRatio) height = Math.floor(width / rules.minRatio);
  return { width, height };
}

/** The area of a tile, less a part of what its shape crops from a picture. */
function shownArea(tile: Size, { pictureRatio, cropWeight }: GridRules): number {
  const ratio = tile.width / tile.height;
  const shown = Math.min(ratio / pictureRatio, pictureRatio / ratio);
  return tile.width * tile.height * (1 - cropWeight + cropWeight * shown);
}
