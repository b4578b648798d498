import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderPeople } from '../state/order.ts';

const nobody = new Map<string, number>();

test('people keep their places when others come and go', () => {
  assert.deepEqual(orderPeople(['a', 'b', 'c'], ['c', 'd', 'a'], [], nobody, 9), ['a', 'c', 'd']);
});

test('a speaker on the first page stays where they are', () => {
  assert.deepEqual(orderPeople(['a', 'b', 'c'], ['a', 'b', 'c'], ['c'], nobody, 3), [
    'a',
    'b',
    'c',
  ]);
});

test('a speaker from a later page changes places with the one silent longest', () => {
  const heardAt = new Map([
    ['a', 500],
    ['b', 100],
    ['c', 900],
  ]);
  assert.deepEqual(
    orderPeople(['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c', 'd', 'e'], ['e'], heardAt, 3),
    ['a', 'e', 'c', 'd', 'b'],
  );
});

test('of those who never spoke the last one gives way', () => {
  assert.deepEqual(orderPeople(['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd'], ['d'], nobody, 3), [
    'a',
    'b',
    'd',
    'c',
  ]);
});

test('the pinned and other speakers do not give way', () => {
  const order = orderPeople(
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
    ['b', 'c'],
    nobody,
    2,
    new Set(['a']),
  );
  assert.deepEqual(order, ['a', 'b', 'c']);
});
