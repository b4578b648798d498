import { webcrypto } from 'node:crypto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanRoomName, newRoomName, parsePath, roomPath, takeToken } from '../state/route.ts';
import { nameInToken } from '../state/tokens.ts';

// Node 18 keeps it in the module; browsers have it everywhere.
globalThis.crypto ??= webcrypto as Crypto;

test('a path names a room or the start page', () => {
  assert.deepEqual(parsePath('/'), { name: 'start' });
  assert.deepEqual(parsePath('/r/blue'), { name: 'room', room: 'blue' });
  assert.deepEqual(parsePath('/r/blue/'), { name: 'room', room: 'blue' });
  assert.deepEqual(parsePath('/r/gr%C3%BCn'), { name: 'room', room: 'grün' });
  assert.deepEqual(parsePath('/r/%E0%A4%A'), { name: 'start' });
  assert.deepEqual(parsePath('/r/a/b'), { name: 'start' });
});

test('a room name survives its path', () => {
  for (const room of ['blue', 'grün', '田中', 'a+b&c'])
    assert.deepEqual(parsePath(roomPath(room)), { name: 'room', room });
});

test('typed names are tidied and pasted links understood', () => {
  assert.equal(cleanRoomName('  garden party '), 'garden-party');
  assert.equal(cleanRoomName('https://calls.example/r/garden-party?x#y'), 'garden-party');
  assert.equal(cleanRoomName('   '), '');
});

test('a token is taken out of the address and nothing else is', () => {
  const { token, rest } = takeToken(new URL('https://a.example/r/x?b=1#token=abc.def&c=2'));
  assert.equal(token, 'abc.def');
  assert.equal(rest.href, 'https://a.example/r/x?b=1#c=2');
  assert.equal(
    takeToken(new URL('https://a.example/r/x?token=q')).rest.href,
    'https://a.example/r/x',
  );
  assert.equal(takeToken(new URL('https://a.example/r/x')).token, undefined);
});

test('new rooms have names that can be read out', () => {
  assert.match(newRoomName(), /^[a-z]+-[a-z]+-\d{4}$/);
});

test('the name in a token is read, a broken token has none', () => {
  const payload = Buffer.from(JSON.stringify({ name: 'Zoë' })).toString('base64url');
  assert.equal(nameInToken(`x.${payload}.y`), 'Zoë');
  assert.equal(nameInToken('nonsense'), '');
});
