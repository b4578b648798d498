import type { Rect } from '../layout/rect.ts';

/** A rect as style properties; set one by one from script, which a strict CSP allows. */
export function tilePlace(rect: Rect) {
  return {
    insetInlineStart: `${rect.x}px`,
    insetBlockStart: `${rect.y}px`,
    inlineSize: `${rect.width}px`,
    blockSize: `${rect.height}px`,
  };
}
