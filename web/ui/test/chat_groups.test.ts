import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../../sdk/src/index.ts';
import { groupChat, linkParts, unreadCount } from '../state/chat_groups.ts';

let seq = 0;
function message(from: string, minute: number, change: Partial<ChatMessage> = {}): ChatMessage {
  seq++;
  return {
    id: `c${seq}`,
    seq,
    from,
    fromName: from.toUpperCase(),
    text: 'hello',
    time: new Date(2026, 0, 5, 10, minute).toISOString(),
    ...change,
  };
}

test('messages of one person in a row are one group', () => {
  const groups = groupChat(
    [message('a', 0), message('a', 1), message('b', 1), message('a', 2)],
    'b',
  );
  assert.deepEqual(
    groups.map((group) => [group.from, group.messages.length, group.mine]),
    [
      ['a', 2, false],
      ['b', 1, true],
      ['a', 1, false],
    ],
  );
});

test('a pause starts a new group', () => {
  assert.equal(groupChat([message('a', 0), message('a', 9)], 'me').length, 2);
});

test('a direct message is a group of its own', () => {
  const groups = groupChat([message('a', 0), message('a', 0, { to: 'me' })], 'me');
  assert.deepEqual(
    groups.map((group) => group.direct),
    [false, true],
  );
});

test('a new day is marked, the first one is not', () => {
  const next = message('a', 0, { time: new Date(2026, 0, 6, 9, 0).toISOString() });
  assert.deepEqual(
    groupChat([message('a', 0), next], 'me').map((group) => group.newDay),
    [false, true],
  );
});

test('unread are the messages of others after the last one read', () => {
  const messages = [message('a', 0), message('me', 1), message('b', 2)];
  assert.equal(unreadCount(messages, messages[0]?.seq ?? 0, 'me'), 1);
});

const hrefs = (text: string) =>
  linkParts(text)
    .filter((part) => part.href)
    .map((part) => part.href);

test('addresses become links, the words around them stay', () => {
  assert.deepEqual(linkParts('see https://a.example/x?y=1, please'), [
    { text: 'see ' },
    { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
    { text: ', please' },
  ]);
});

test('only http and https are links', () => {
  assert.deepEqual(hrefs('javascript:alert(1) data:text/html,x file:///etc ftp://a.example'), []);
});

test('a closing bracket belongs to an address only if it was opened there', () => {
  assert.deepEqual(hrefs('(https://a.example/b)'), ['https://a.example/b']);
  assert.deepEqual(hrefs('https://a.example/b_(c)'), ['https://a.example/b_(c)']);
});

test('what only looks like an address stays text', () => {
  assert.deepEqual(hrefs('http:// and https://'), []);
});

test('the parts put together are the text', () => {
  const text = 'a https://x.example. b http://y.example/?q=(1) c';
  assert.equal(
    linkParts(text)
      .map((part) => part.text)
      .join(''),
    text,
  );
});
