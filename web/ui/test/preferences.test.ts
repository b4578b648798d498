import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPreferences } from '../state/preferences.ts';

function storage(initial?: string) {
  let value = initial ?? null;
  return {
    getItem: () => value,
    setItem: (_: string, next: string) => {
      value = next;
    },
    read: () => JSON.parse(value ?? '{}') as Record<string, unknown>,
  };
}

test('choices are remembered', () => {
  const box = storage();
  const first = createPreferences(box);
  first.name.value = 'Ada';
  first.layout.value = 'speaker';
  const second = createPreferences(box);
  assert.equal(second.name.value, 'Ada');
  assert.equal(second.layout.value, 'speaker');
});

test('stored nonsense is ignored', () => {
  for (const text of [
    '{',
    '[]',
    'null',
    '"x"',
    '{"theme":"purple","name":7,"layout":"grid","unknown":1}',
  ]) {
    const preferences = createPreferences(storage(text));
    assert.equal(preferences.theme.value, 'system');
    assert.equal(preferences.name.value, '');
  }
});

test('a storage that refuses does not stop anything', () => {
  const preferences = createPreferences({
    getItem: () => {
      throw new Error('no');
    },
    setItem: () => {
      throw new Error('no');
    },
  });
  preferences.name.value = 'Ada';
  assert.equal(preferences.name.value, 'Ada');
});
