import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf } from '../layout/pages.ts';
import type { Rect } from '../layout/rect.ts';
import { floatingSize, spotlight } from '../layout/spotlight.ts';

const kWide = { width: 1256, height: 716 };
const kTall = { width: 344, height: 600 };

function inside(r: Rect, stage: { width: number; height: number }): boolean {
  return (
    r.x >= 0 && r.y >= 0 && r.x + r.width <= stage.width + 1 && r.y + r.height <= stage.height + 1
  );
}

function apart(a: Rect, b: Rect): boolean {
  return (
    a.x + a.width <= b.x + 1 ||
    b.x + b.width <= a.x + 1 ||
    a.y + a.height <= b.y + 1 ||
    b.y + b.height <= a.y + 1
  );
}

test('the large tile and the small ones lie inside the stage and apart', () => {
  for (const stage of [
    kWide,
    kTall,
    { width: 1896, height: 996 },
    { width: 720, height: 300 },
    { width: 768, height: 900 },
  ]) {
    for (const subject of ['camera', 'screen'] as const) {
      for (let count = 0; count <= 30; count++) {
        const { main, strip } = spotlight(count, stage, subject);
        assert.ok(
          [main, ...strip].every((tile) => inside(tile, stage)),
          `${count} ${subject} on ${stage.width}×${stage.height}`,
        );
        assert.ok(
          strip.every(
            (tile, at) =>
              apart(tile, main) && strip.slice(at + 1).every((other) => apart(tile, other)),
          ),
        );
        assert.ok(strip.length <= count);
      }
    }
  }
});

test('a shared screen keeps more than half of a wide stage whatever the number of people', () => {
  for (let count = 1; count <= 30; count++) {
    const { main } = spotlight(count, kWide, 'screen');
    assert.ok(main.width * main.height > 0.6 * kWide.width * kWide.height);
  }
});

test('four and twelve people are all shown beside a screen on a laptop', () => {
  assert.equal(spotlight(4, kWide, 'screen').strip.length, 4);
  assert.equal(spotlight(12, kWide, 'screen').strip.length, 12);
});

test('a phone shows at least four people below a screen', () => {
  assert.ok(spotlight(8, kTall, 'screen').strip.length >= 4);
});

test('without others the large tile has the stage to itself', () => {
  assert.deepEqual(spotlight(0, kTall, 'screen'), { main: { x: 0, y: 0, ...kTall }, strip: [] });
});

test('the floating picture covers less than a tenth of the stage on a laptop', () => {
  const { width, height } = floatingSize(kWide);
  assert.ok(width * height < 0.1 * kWide.width * kWide.height);
});

test('pages are even', () => {
  assert.deepEqual(pageOf(13, 12, 0), { index: 0, pages: 2, start: 0, end: 7 });
  assert.deepEqual(pageOf(13, 12, 1), { index: 1, pages: 2, start: 7, end: 13 });
});

test('a page that no longer exists becomes the last one', () => {
  assert.equal(pageOf(10, 12, 5).index, 0);
  assert.equal(pageOf(0, 12, 3).pages, 1);
});
