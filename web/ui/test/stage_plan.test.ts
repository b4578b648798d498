import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planStage, tileKey, type StageInput, type Tile } from '../state/stage_plan.ts';

const kLaptop = { width: 1256, height: 716 };
const kPhone = { width: 344, height: 600 };

function camera(id: string, self = false): Tile {
  return { key: tileKey(self ? 'self' : id, 'camera'), participant: id, source: 'camera', self };
}

function screen(id: string): Tile {
  return { key: tileKey(id, 'screen'), participant: id, source: 'screen', self: false };
}

function stage(others: number, change: Partial<StageInput> = {}): StageInput {
  const people = Array.from({ length: others }, (_, index) => camera(`p${index}`));
  return {
    cameras: [...people, camera('me', true)],
    screens: [],
    area: kLaptop,
    layout: 'auto',
    selfView: 'auto',
    corner: 'bottom-end',
    page: 0,
    compact: false,
    ...change,
  };
}

const roles = (input: StageInput) =>
  planStage(input).placed.map(({ tile, role }) => `${tile.key}:${role}`);

test('alone we fill the stage', () => {
  assert.deepEqual(roles(stage(0)), ['self/camera:grid']);
});

test('with one other we float above them', () => {
  assert.deepEqual(roles(stage(1)), ['p0/camera:grid', 'self/camera:floating']);
});

test('with two others we sit among them', () => {
  assert.deepEqual(roles(stage(2)), ['self/camera:grid', 'p0/camera:grid', 'p1/camera:grid']);
});

test('our own picture can be hidden, but not when we are alone', () => {
  assert.deepEqual(roles(stage(1, { selfView: 'hidden' })), ['p0/camera:grid']);
  assert.deepEqual(roles(stage(0, { selfView: 'hidden' })), ['self/camera:grid']);
});

test('a shared screen is large and its owner is beside it', () => {
  assert.deepEqual(roles(stage(2, { screens: [screen('p1')] })), [
    'p1/screen:main',
    'self/camera:strip',
    'p0/camera:strip',
    'p1/camera:strip',
  ]);
});

test('of two screens the newer is large', () => {
  assert.equal(roles(stage(2, { screens: [screen('p0'), screen('p1')] }))[0], 'p1/screen:main');
});

test('the grid layout makes a screen equal to the rest', () => {
  assert.ok(
    roles(stage(2, { screens: [screen('p1')], layout: 'grid' })).every((role) =>
      role.endsWith(':grid'),
    ),
  );
});

test('a pin wins over a screen and over the speaker', () => {
  const input = stage(3, {
    screens: [screen('p1')],
    layout: 'speaker',
    speaker: 'p2',
    pinned: 'p0/camera',
  });
  assert.equal(roles(input)[0], 'p0/camera:main');
});

test('the speaker layout shows whoever spoke last, and somebody before anyone spoke', () => {
  assert.equal(roles(stage(3, { layout: 'speaker', speaker: 'p2' }))[0], 'p2/camera:main');
  assert.equal(roles(stage(3, { layout: 'speaker' }))[0], 'p0/camera:main');
});

test('those without room in the strip are counted', () => {
  const { placed, more } = planStage(stage(40, { layout: 'speaker' }));
  assert.ok(more);
  assert.equal(placed.length + more.count, 41);
});

test('a phone turns pages, and every person is on one of them', () => {
  const seen = new Set<string>();
  const { pages } = planStage(stage(12, { area: kPhone, compact: true })).page;
  assert.ok(pages > 1);
  for (let page = 0; page < pages; page++) {
    for (const { tile } of planStage(stage(12, { area: kPhone, compact: true, page })).placed)
      seen.add(tile.key);
  }
  assert.equal(seen.size, 13);
});

test('no tile is under the page buttons', () => {
  const { placed } = planStage(stage(12, { area: kPhone, compact: true }));
  assert.ok(placed.every(({ rect }) => rect.y + rect.height <= kPhone.height - 56));
});

test('the floating picture is in the corner that was chosen', () => {
  const at = (corner: StageInput['corner']) => planStage(stage(1, { corner })).placed.at(-1)?.rect;
  assert.ok((at('top-start')?.x ?? 99) < 20 && (at('top-start')?.y ?? 99) < 20);
  assert.ok((at('bottom-end')?.x ?? 0) > 900 && (at('bottom-end')?.y ?? 0) > 500);
});
