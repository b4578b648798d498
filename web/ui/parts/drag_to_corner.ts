/** Drags the floating own picture; let go, it goes to the nearest corner of the stage. */
import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import type { Size } from '../layout/rect.ts';
import type { Corner } from '../state/stage_plan.ts';

const kLeastMove = 6;
const kCorners: readonly Corner[] = ['bottom-end', 'bottom-start', 'top-start', 'top-end'];

/** For those who do not drag: corner after corner. */
export function nextCorner(corner: Corner): Corner {
  return kCorners[(kCorners.indexOf(corner) + 1) % kCorners.length] ?? 'bottom-end';
}

export function dragToCorner(
  ref: RefObject<HTMLElement | null>,
  area: Size,
  corner: Signal<Corner>,
) {
  return (down: PointerEvent) => {
    const tile = ref.current;
    if (!tile || down.button !== 0 || (down.target as Element).closest('button')) return;
    let moved = false;
    const onMove = (move: PointerEvent) => {
      const [dx, dy] = [move.clientX - down.clientX, move.clientY - down.clientY];
      if (!moved && Math.hypot(dx, dy) < kLeastMove) return;
      moved = true;
      tile.classList.add('dragging');
      tile.style.translate = `${dx}px ${dy}px`;
    };
    const onUp = () => {
      tile.removeEventListener('pointermove', onMove);
      if (moved) corner.value = nearestCorner(tile, area);
      tile.classList.remove('dragging');
      tile.style.translate = '';
    };
    tile.setPointerCapture(down.pointerId);
    tile.addEventListener('pointermove', onMove);
    tile.addEventListener('pointerup', onUp, { once: true });
    tile.addEventListener('pointercancel', onUp, { once: true });
  };
}

function nearestCorner(tile: HTMLElement, area: Size): Corner {
  const at = tile.getBoundingClientRect();
  const stage = tile.parentElement?.getBoundingClientRect() ?? at;
  const left = at.x + at.width / 2 < stage.x + area.width / 2;
  const rtl = getComputedStyle(tile).direction === 'rtl';
  const top = at.y + at.height / 2 < stage.y + area.height / 2;
  return `${top ? 'top' : 'bottom'}-${left !== rtl ? 'start' : 'end'}`;
}
