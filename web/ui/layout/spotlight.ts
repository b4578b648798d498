/**
 * Spotlight: one tile large, the others small beside it (wide stages) or below it (tall ones). Used
 * for a pinned person, the speaker layout and a shared screen.
 */
import { capacity, gridRects, kCompactRules } from './grid.ts';
import { clampRatio, offset, rect, type Rect, type Size } from './rect.ts';

/** What is large: a camera is cropped to its place, a screen is always shown whole. */
export type Subject = 'camera' | 'screen';

export interface Spotlight {
  readonly main: Rect;
  /** As many of the small tiles as there is room for. */
  readonly strip: readonly Rect[];
}

const kGap = 8;
const kTileRatio = 16 / 9;
/** A large camera's shape is kept between these, width / height. */
const kCameraRatio = { lowest: 0.56, highest: 2 };

/** The layout for one large tile and `count` small ones. */
export function spotlight(count: number, area: Size, subject: Subject): Spotlight {
  const split = count > 0 ? splitStage(count, area, subject) : undefined;
  const main = split?.main ?? rect(0, 0, area.width, area.height);
  const strip = split?.strip ?? [];
  if (subject === 'screen' || main.height < 1) return { main, strip };
  return { main: clampRatio(main, kCameraRatio.lowest, kCameraRatio.highest), strip };
}

function splitStage(count: number, area: Size, subject: Subject): Spotlight | undefined {
  return area.width / area.height > 1.25
    ? stripBeside(count, area)
    : gridBelow(count, area, subject);
}

interface Lane {
  readonly columns: number;
  /** Part of the stage's width that the strip may take. */
  readonly share: number;
  /** Smallest width of a tile, as a part of the stage's and in px. */
  readonly least: { readonly part: number; readonly from: number; readonly to: number };
}

const kMostTile = 260;
/** From the best to the last resort. */
const kLanes: readonly Lane[] = [
  { columns: 1, share: 0.24, least: { part: 0.125, from: 88, to: 160 } },
  { columns: 2, share: 0.26, least: { part: 0.095, from: 80, to: 120 } },
];

/** One column, or two when one would make everybody tiny; who does not fit is left out. */
function stripBeside(count: number, area: Size): Spotlight | undefined {
  for (const lane of kLanes) {
    const rows = Math.ceil(count / lane.columns);
    const byWidth = (area.width * lane.share - kGap * (lane.columns - 1)) / lane.columns;
    const byHeight = ((area.height - kGap * (rows - 1)) / rows) * kTileRatio;
    const width = Math.min(byWidth, byHeight, kMostTile);
    if (width >= leastWidth(lane, area)) return besideMain(count, area, lane.columns, width);
  }
  const last = kLanes[kLanes.length - 1]!;
  const width = leastWidth(last, area);
  const rows = Math.floor((area.height + kGap) / (width / kTileRatio + kGap));
  return rows > 0
    ? besideMain(Math.min(count, rows * last.columns), area, last.columns, width)
    : undefined;
}

function leastWidth({ least }: Lane, area: Size): number {
  return Math.min(least.to, Math.max(least.from, area.width * least.part));
}

function besideMain(count: number, area: Size, columns: number, tileWidth: number): Spotlight {
  const tile = { width: Math.floor(tileWidth), height: Math.floor(tileWidth / kTileRatio) };
  const rows = Math.ceil(count / columns);
  const width = columns * tile.width + (columns - 1) * kGap;
  const top = (area.height - rows * tile.height - (rows - 1) * kGap) / 2;
  const strip = Array.from({ length: count }, (_, index) =>
    rect(
      area.width - width + (index % columns) * (tile.width + kGap),
      top + Math.floor(index / columns) * (tile.height + kGap),
      tile.width,
      tile.height,
    ),
  );
  return { main: rect(0, 0, area.width - width - kGap, area.height), strip };
}

/** On a tall stage the large tile takes what it can use, and a small grid the rest. */
const kMainShare = { camera: 0.72, screen: 0.62 };
/** A screen is rarely taller than this, width / height. */
const kTallestScreen = 4 / 3;
const kLeastBelow = { width: 88, height: 84 };
const kMostBelow = 12;

function gridBelow(count: number, area: Size, subject: Subject): Spotlight | undefined {
  const most = area.height * kMainShare[subject];
  const mainHeight = subject === 'screen' ? Math.min(most, area.width / kTallestScreen) : most;
  const rest = { width: area.width, height: area.height - mainHeight - kGap };
  if (rest.height < kLeastBelow.height) return undefined;
  const shown = Math.min(count, capacity(rest, kLeastBelow, kMostBelow, kCompactRules.gap));
  const strip = gridRects(shown, rest, kCompactRules);
  return {
    main: rect(0, 0, area.width, mainHeight),
    strip: offset(strip, rect(0, mainHeight + kGap, rest.width, rest.height)),
  };
}

/** Size of the floating own tile: small beside whatever it floats over. */
export function floatingSize(area: Size): Size {
  if (area.width < area.height) return { width: 104, height: 140 };
  const width = Math.max(112, Math.min(256, area.width / 5, (area.height / 3.2) * (16 / 9)));
  return { width: Math.round(width), height: Math.round((width * 9) / 16) };
}
