/**
 * What stands on the stage and where: pure, from people, layout choice and size to rects.
 * `slot_plan.ts` turns the result into wishes to the server.
 */
import type { ParticipantId } from '../../sdk/src/index.ts';
import { capacity, gridRects, kCompactRules, kGridRules } from '../layout/grid.ts';
import { pageOf, type Page } from '../layout/pages.ts';
import { rect, type Rect, type Size } from '../layout/rect.ts';
import { floatingSize, spotlight } from '../layout/spotlight.ts';

export type TileSource = 'camera' | 'screen';

export interface Tile {
  /** Stable for as long as the participant publishes it. */
  readonly key: string;
  readonly participant: ParticipantId;
  readonly source: TileSource;
  readonly self: boolean;
}

/** `main`: the large one. `floating`: ourselves, above the others. */
export type Role = 'grid' | 'main' | 'strip' | 'floating';

export interface PlacedTile {
  readonly tile: Tile;
  readonly role: Role;
  readonly rect: Rect;
}

export type LayoutChoice = 'auto' | 'grid' | 'speaker';
export type SelfView = 'auto' | 'tile' | 'floating' | 'hidden';
export type Corner = 'top-start' | 'top-end' | 'bottom-start' | 'bottom-end';

export interface StageInput {
  /** Ordered; ourselves included. */
  readonly cameras: readonly Tile[];
  /** Screens of others, newest last. */
  readonly screens: readonly Tile[];
  readonly area: Size;
  readonly layout: LayoutChoice;
  readonly selfView: SelfView;
  readonly corner: Corner;
  /** Key of the pinned tile. */
  readonly pinned?: string;
  /** Whom the speaker layout shows. */
  readonly speaker?: ParticipantId;
  readonly page: number;
  readonly compact: boolean;
}

export interface StagePlan {
  readonly placed: readonly PlacedTile[];
  readonly page: Page;
  /** `more`: the place of the "+N" tile and how many it stands for. */
  readonly more?: { readonly rect: Rect; readonly count: number };
}

/** Tiles smaller than this are no use: more pages instead. */
const kLeastTile = { compact: { width: 140, height: 104 }, roomy: { width: 208, height: 128 } };
const kMostTiles = { compact: 6, roomy: 49 };
const kFloatingInset = 12;
/** What the page buttons need below the tiles. */
const kPagerHeight = 56;

const kOnePage: Page = { index: 0, pages: 1, start: 0, end: 0 };

export function tileKey(participant: ParticipantId, source: TileSource): string {
  return `${participant}/${source}`;
}

/** How many tiles a page of the grid holds. */
export function gridCapacity(area: Size, compact: boolean): number {
  return compact
    ? capacity(area, kLeastTile.compact, kMostTiles.compact)
    : capacity(area, kLeastTile.roomy, kMostTiles.roomy);
}

export function planStage(input: StageInput): StagePlan {
  const self = input.cameras.find((tile) => tile.self);
  const others = input.cameras.filter((tile) => !tile.self);
  const main = mainTile(input, self, others);
  const everything = [...input.screens, ...others].filter((tile) => tile !== main);
  const floats = self !== undefined && self !== main && selfFloats(input, main, everything.length);
  const shown = placeSelf(everything, self === main || floats ? undefined : self, main, input);
  const plan = main ? planSpotlight(main, shown, input) : planGrid(shown, input);
  if (!floats) return plan;
  return { ...plan, placed: [...plan.placed, floatingTile(self, input)] };
}

function mainTile(
  input: StageInput,
  self: Tile | undefined,
  others: readonly Tile[],
): Tile | undefined {
  const all = [...input.screens, ...others, ...(self ? [self] : [])];
  const pinned = all.find((tile) => tile.key === input.pinned);
  if (pinned) return pinned;
  if (input.layout === 'grid') return undefined;
  const screen = input.screens.at(-1);
  if (screen) return screen;
  if (input.layout === 'auto') return undefined;
  return others.find((tile) => tile.participant === input.speaker) ?? others[0];
}

/** With one other person we float above them; in larger circles we sit among them. */
function selfFloats(input: StageInput, main: Tile | undefined, others: number): boolean {
  if (input.selfView === 'floating') return others + (main ? 1 : 0) > 0;
  if (input.selfView !== 'auto') return false;
  return main ? others === 0 : others === 1;
}

/** Ourselves among the others: first where there is room, last in a small strip. */
function placeSelf(
  others: readonly Tile[],
  self: Tile | undefined,
  main: Tile | undefined,
  input: StageInput,
): readonly Tile[] {
  if (!self) return others;
  if (input.selfView === 'hidden' && others.length > 0) return others;
  return main && input.compact ? [...others, self] : [self, ...others];
}

function planGrid(tiles: readonly Tile[], input: StageInput): StagePlan {
  const page = pageOf(tiles.length, gridCapacity(input.area, input.compact), input.page);
  const onPage = tiles.slice(page.start, page.end);
  const { width, height } = input.area;
  const rects = gridRects(
    onPage.length,
    { width, height: page.pages > 1 ? height - kPagerHeight : height },
    input.compact ? kCompactRules : kGridRules,
  );
  const placed = onPage.flatMap((tile, index): PlacedTile[] => {
    const at = rects[index];
    return at ? [{ tile, role: 'grid', rect: at }] : [];
  });
  return { placed, page };
}

function planSpotlight(main: Tile, tiles: readonly Tile[], input: StageInput): StagePlan {
  const layout = spotlight(tiles.length, input.area, main.source);
  const fits = layout.strip.length;
  const overflow = tiles.length > fits;
  const shown = tiles.slice(0, overflow ? Math.max(0, fits - 1) : fits);
  const placed: PlacedTile[] = [{ tile: main, role: 'main', rect: layout.main }];
  shown.forEach((tile, index) => {
    const at = layout.strip[index];
    if (at) placed.push({ tile, role: 'strip', rect: at });
  });
  const last = layout.strip[shown.length];
  const more = overflow && last ? { rect: last, count: tiles.length - shown.length } : undefined;
  return { placed, page: kOnePage, more };
}

function floatingTile(self: Tile, input: StageInput): PlacedTile {
  const size = floatingSize(input.area);
  const right = input.area.width - size.width - kFloatingInset;
  const bottom = input.area.height - size.height - kFloatingInset;
  const x = input.corner.endsWith('start') ? kFloatingInset : right;
  const y = input.corner.startsWith('top') ? kFloatingInset : bottom;
  return { tile: self, role: 'floating', rect: rect(x, y, size.width, size.height) };
}
