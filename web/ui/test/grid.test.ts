import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestShape, capacity, gridRects, kCompactRules, kGridRules } from '../layout/grid.ts';
import type { Rect, Size } from '../layout/rect.ts';

const kStages: readonly Size[] = [
  { width: 344, height: 560 },
  { width: 720, height: 300 },
  { width: 900, height: 716 },
  { width: 1256, height: 716 },
  { width: 1896, height: 996 },
  { width: 2536, height: 1356 },
];

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test('one to 49 tiles lie inside the stage and never on each other', () => {
  for (const stage of kStages) {
    for (let count = 1; count <= 49; count++) {
      const rects = gridRects(count, stage);
      assert.equal(rects.length, count);
      for (const [index, tile] of rects.entries()) {
        assert.ok(tile.x >= 0 && tile.y >= 0, `${count} on ${stage.width}×${stage.height}`);
        assert.ok(
          tile.x + tile.width <= stage.width + 1 && tile.y + tile.height <= stage.height + 1,
        );
        assert.ok(rects.slice(index + 1).every((other) => !overlap(tile, other)));
      }
    }
  }
});

test('all tiles of a grid have one size, within the allowed shapes', () => {
  for (const stage of kStages) {
    for (let count = 1; count <= 49; count++) {
      const rects = gridRects(count, stage);
      const [first] = rects;
      assert.ok(first);
      assert.ok(rects.every((tile) => tile.width === first.width && tile.height === first.height));
      const ratio = first.width / first.height;
      assert.ok(
        ratio > kGridRules.minRatio - 0.03 && ratio < kGridRules.maxRatio + 0.03,
        `${ratio}`,
      );
    }
  }
});

test('more people never get larger tiles', () => {
  for (const stage of kStages) {
    let before = Infinity;
    for (let count = 1; count <= 49; count++) {
      const shape = bestShape(count, stage);
      assert.ok(shape);
      const area = shape.tile.width * shape.tile.height;
      assert.ok(area <= before * 1.12, `${count} on ${stage.width}×${stage.height}`);
      before = area;
    }
  }
});

test('the last row is centred', () => {
  const rects = gridRects(5, { width: 1256, height: 716 });
  const shape = bestShape(5, { width: 1256, height: 716 });
  assert.equal(shape?.columns, 3);
  const [fourth, fifth] = rects.slice(3);
  assert.ok(fourth && fifth);
  assert.ok(Math.abs(fourth.x - (1256 - (fifth.x + fifth.width))) <= 1);
});

test('a phone gets two columns of upright tiles for four people', () => {
  assert.equal(bestShape(4, { width: 344, height: 600 }, kCompactRules)?.columns, 2);
});

test('a wide screen puts two people beside each other, a tall one below each other', () => {
  assert.equal(bestShape(2, { width: 1256, height: 716 })?.columns, 2);
  assert.equal(bestShape(2, { width: 344, height: 600 }, kCompactRules)?.columns, 1);
});

test('a stage without room has no tiles', () => {
  assert.deepEqual(gridRects(3, { width: 0, height: 500 }), []);
  assert.deepEqual(gridRects(0, { width: 500, height: 500 }), []);
});

test('capacity counts whole tiles and stays between one and the most', () => {
  assert.equal(capacity({ width: 1000, height: 500 }, { width: 200, height: 120 }, 49), 4 * 3);
  assert.equal(capacity({ width: 100, height: 100 }, { width: 200, height: 120 }, 49), 1);
  assert.equal(capacity({ width: 4000, height: 4000 }, { width: 200, height: 120 }, 49), 49);
});
