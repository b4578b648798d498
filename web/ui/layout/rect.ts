/** Geometry of the stage. CSS pixels; `x` runs from the inline start, so the same numbers serve RTL. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

export function rect(x: number, y: number, width: number, height: number): Rect {
  return {
    x: Math.round(x),
    y: Math.round(y),
    width: Math.max(0, Math.round(width)),
    height: Math.max(0, Math.round(height)),
  };
}

/** Moves rects from the coordinates of an area to those of the stage that holds it. */
export function offset(rects: readonly Rect[], area: Rect): Rect[] {
  return rects.map((r) => ({ ...r, x: r.x + area.x, y: r.y + area.y }));
}

/** The largest rect of aspect `ratio` (width / height) centred in `area`. */
export function contain(area: Rect, ratio: number): Rect {
  const wide = area.width / area.height > ratio;
  const width = wide ? area.height * ratio : area.width;
  const height = wide ? area.height : area.width / ratio;
  return rect(
    area.x + (area.width - width) / 2,
    area.y + (area.height - height) / 2,
    width,
    height,
  );
}

/** The rect of `area` with its aspect ratio brought between two bounds, centred. */
export function clampRatio(area: Rect, lowest: number, highest: number): Rect {
  const ratio = area.width / area.height;
  if (ratio > highest) return contain(area, highest);
  if (ratio < lowest) return contain(area, lowest);
  return rect(area.x, area.y, area.width, area.height);
}
