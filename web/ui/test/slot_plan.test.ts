import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlacedTile } from '../state/stage_plan.ts';
import {
  assignSlots,
  slotsForScreen,
  viewsBetween,
  wishesFor,
  type Wish,
} from '../state/slot_plan.ts';

const wish = (participant: string, width = 320): Wish => ({
  participant,
  source: 'camera',
  width,
  height: width / 2,
});

function place(
  participant: string,
  role: PlacedTile['role'],
  width: number,
  self = false,
): PlacedTile {
  return {
    role,
    rect: { x: 0, y: 0, width, height: width / 2 },
    tile: { key: `${participant}/camera`, participant, source: 'camera', self },
  };
}

test('the large tile is asked for first, our own picture never', () => {
  const placed = [
    place('a', 'strip', 100),
    place('me', 'strip', 100, true),
    place('b', 'main', 800),
  ];
  assert.deepEqual(
    wishesFor(placed, () => true, 1, 'best').map((w) => w.participant),
    ['b', 'a'],
  );
});

test('sizes are pixels of the device, at most full HD, with the shape of the tile', () => {
  const [w] = wishesFor([place('a', 'main', 1600)], () => true, 2, 'best');
  assert.deepEqual([w?.width, w?.height], [1920, 960]);
});

test('saving data asks for small cameras, sound only for none', () => {
  assert.ok(
    (wishesFor([place('a', 'main', 1600)], () => true, 1, 'saver')[0]?.width ?? 999) <= 320,
  );
  assert.deepEqual(
    wishesFor([place('a', 'main', 1600)], () => true, 1, 'audio'),
    [],
  );
});

test('cameras that are off take no slot', () => {
  assert.deepEqual(
    wishesFor([place('a', 'grid', 300)], () => false, 1, 'best'),
    [],
  );
});

test('somebody who has a slot keeps it', () => {
  const asked = new Map<string, Wish | 'none'>([
    ['3', wish('a')],
    ['4', wish('b')],
  ]);
  const next = assignSlots([wish('b'), wish('c')], ['3', '4'], asked);
  assert.deepEqual(
    next,
    new Map([
      ['4', wish('b')],
      ['3', wish('c')],
    ]),
  );
});

test('slots without a wish are asked for nothing, wishes without a slot are dropped', () => {
  assert.deepEqual(
    assignSlots([wish('a')], ['3', '4'], new Map()),
    new Map<string, Wish | 'none'>([
      ['3', wish('a')],
      ['4', 'none'],
    ]),
  );
  assert.equal(assignSlots([wish('a'), wish('b')], ['3'], new Map()).size, 1);
});

test('only changes are sent', () => {
  const asked = new Map<string, Wish | 'none'>([
    ['3', wish('a', 320)],
    ['4', 'none'],
  ]);
  assert.deepEqual(viewsBetween(asked, asked), []);
  assert.deepEqual(
    viewsBetween(
      asked,
      new Map<string, Wish | 'none'>([
        ['3', wish('a', 330)],
        ['4', 'none'],
      ]),
    ),
    [],
  );
  assert.deepEqual(
    viewsBetween(
      asked,
      new Map<string, Wish | 'none'>([
        ['3', wish('a', 640)],
        ['4', wish('b')],
      ]),
    ),
    [
      { slot: '3', want: { participant: 'a', source: 'camera' }, width: 640, height: 320 },
      { slot: '4', want: { participant: 'b', source: 'camera' }, width: 320, height: 160 },
    ],
  );
});

test('the first request says none to slots that nobody needs', () => {
  assert.deepEqual(viewsBetween(new Map(), new Map([['3', 'none' as const]])), [
    { slot: '3', want: 'none' },
  ]);
});

test('larger screens open more slots', () => {
  assert.deepEqual(
    [
      slotsForScreen(360, 740),
      slotsForScreen(800, 1200),
      slotsForScreen(1440, 900),
      slotsForScreen(1920, 1080),
    ],
    [7, 10, 17, 26],
  );
});
