import { ChevronLeft, ChevronRight } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { text } from '../messages.ts';
import { useCall } from '../state/context.ts';
import type { Page } from '../layout/pages.ts';
import { AloneCard } from './alone_card.tsx';
import { IconButton } from './button.tsx';
import { Tile } from './tile.tsx';
import { tilePlace } from './tile_place.ts';

/**
 * The tiles. All of them are children of one list, placed by their rects, so that a change of
 * layout moves a picture instead of making a new one.
 */
export function Stage() {
  const { stage, session, panel } = useCall();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      const before = stage.area.value;
      if (before.width !== width || before.height !== height) stage.area.value = { width, height };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [stage]);
  const { placed, page, more } = stage.plan.value;
  const alone = session.room.participants.value.size === 0;
  return (
    <div class={alone ? 'stage stage-alone' : 'stage'} ref={ref}>
      <ul class="tiles" aria-label={text.stage.label} onKeyDown={moveBetweenTiles}>
        {placed.map((place) => (
          <Tile key={place.tile.key} place={place} />
        ))}
        {more && (
          <li class="tile tile-more" style={tilePlace(more.rect)}>
            <button
              type="button"
              aria-label={text.tile.moreLabel(more.count)}
              onClick={() => {
                panel.value = 'people';
              }}
            >
              {text.tile.more(more.count)}
            </button>
          </li>
        )}
      </ul>
      {alone && <AloneCard />}
      {page.pages > 1 && <Pager page={page} />}
    </div>
  );
}

function Pager({ page }: { page: Page }) {
  const { stage } = useCall();
  const turn = (by: number) => {
    stage.page.value = page.index + by;
  };
  return (
    <nav class="pager" aria-label={text.stage.page(page.index + 1, page.pages)}>
      <IconButton
        label={text.stage.previousPage}
        icon={ChevronLeft}
        tone="bare"
        tipAt="none"
        class="flip-rtl"
        disabled={page.index === 0}
        onClick={() => turn(-1)}
      />
      <span class="pager-text" aria-hidden="true">
        {page.index + 1} / {page.pages}
      </span>
      <IconButton
        label={text.stage.nextPage}
        icon={ChevronRight}
        tone="bare"
        tipAt="none"
        class="flip-rtl"
        disabled={page.index === page.pages - 1}
        onClick={() => turn(1)}
      />
    </nav>
  );
}

/** Arrow keys go from tile to tile; Tab goes through what is in them. */
function moveBetweenTiles(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const list = event.currentTarget as HTMLElement;
  const tile = (event.target as HTMLElement).closest('.tile');
  if (!step || !tile) return;
  const tiles = [...list.querySelectorAll('.tile')];
  const next = tiles[(tiles.indexOf(tile) + step + tiles.length) % tiles.length];
  const button = next?.querySelector<HTMLElement>('button');
  if (!button) return;
  event.preventDefault();
  button.focus();
}
