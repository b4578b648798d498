import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, english } from '../messages.ts';
import { endKindOf, endOf, waysOn } from '../state/endings.ts';
import { avatarColour, initials } from '../state/initials.ts';
import { TalkDetector, levelOf } from '../state/level_meter.ts';
import { mediaProblem } from '../state/media_problem.ts';
import { pageTitle } from '../state/page_marks.ts';
import { filterPeople, sortPeople } from '../state/people_list.ts';
import { shortcutFor } from '../state/shortcuts.ts';
import { curvePoints, sampleOf } from '../state/stats_feed.ts';
import { bitrate, candidate } from '../state/stats_words.ts';
import type { Participant } from '../../sdk/src/index.ts';

test('initials are the first letters of the first and the last name', () => {
  assert.deepEqual(
    ['Ada Lovelace', 'bob', 'Maximilian A. von Hohenstein', '田中 一郎', '  ', '"Q"'].map(initials),
    ['AL', 'B', 'MH', '田一', '?', 'Q'],
  );
});

test('an avatar keeps its colour, and different people get different ones', () => {
  assert.equal(avatarColour('ada'), avatarColour('ada'));
  assert.ok(new Set(Array.from({ length: 50 }, (_, n) => avatarColour(`person-${n}`))).size >= 8);
});

test('the errors of getUserMedia become problems with a way on', () => {
  const named = (name: string) => Object.assign(new Error('x'), { name });
  assert.deepEqual(
    ['NotAllowedError', 'NotFoundError', 'NotReadableError', 'TypeError'].map((name) =>
      mediaProblem(named(name)),
    ),
    ['refused', 'missing', 'busy', 'unknown'],
  );
});

test('every end has words and at least one way on', () => {
  for (const kind of Object.keys(english.end.pages) as (keyof typeof english.end.pages)[]) {
    assert.ok(english.end.pages[kind].title.length > 0 && waysOn(kind).length > 0, kind);
  }
});

test('refusals and ends are told apart', () => {
  assert.equal(endKindOf('room_full'), 'roomFull');
  assert.equal(endKindOf('too_large'), 'internal');
  assert.equal(
    endOf({ reason: 'refused', message: '', code: 'token_expired' }, 0).kind,
    'tokenExpired',
  );
  assert.equal(endOf({ reason: 'timedOut', message: '' }, 0).kind, 'lost');
  assert.equal(endOf({ reason: 'left', message: '' }, 5).durationMs, 5);
});

test('keys with modifiers and held keys are not shortcuts', () => {
  const press = { key: 'm', ctrlKey: false, metaKey: false, altKey: false, repeat: false };
  assert.equal(shortcutFor(press), 'microphone');
  assert.equal(shortcutFor({ ...press, key: 'M' }), 'microphone');
  assert.equal(shortcutFor({ ...press, ctrlKey: true }), undefined);
  assert.equal(shortcutFor({ ...press, repeat: true }), undefined);
  assert.equal(shortcutFor({ ...press, key: 'x' }), undefined);
});

test('a knock is no talk, half a second of speech is, once', () => {
  const detector = new TalkDetector(0.4, 500);
  const feed = (level: number, from: number, to: number) => {
    let heard = 0;
    for (let at = from; at < to; at += 50) if (detector.feed(level, at)) heard++;
    return heard;
  };
  assert.equal(feed(0.9, 0, 200), 0);
  assert.equal(feed(0, 200, 1000), 0);
  assert.equal(feed(0.9, 1000, 3000), 1);
  assert.equal(feed(0, 3000, 5000), 0);
  assert.equal(feed(0.9, 5000, 6000), 1);
});

test('levels run from silence to loud', () => {
  assert.equal(levelOf(new Float32Array(64)), 0);
  assert.equal(levelOf(new Float32Array(64).fill(0.9)), 1);
});

test('the title tells room and unread messages', () => {
  assert.equal(pageTitle({ unread: 0 }), 'Parlour');
  assert.equal(pageTitle({ room: 'blue', unread: 2 }), '(2) blue · Parlour');
});

test('people are found without regard to case and accents, raised hands come first', () => {
  const person = (name: string, hand = false) => ({ name, hand }) as Participant;
  assert.equal(filterPeople([person('Élodie'), person('Bob')], 'elo').length, 1);
  assert.deepEqual(
    sortPeople([person('Zoë', true), person('bob'), person('Ada')]).map((p) => p.name),
    ['Zoë', 'Ada', 'bob'],
  );
});

test('figures read well', () => {
  assert.deepEqual(
    [bitrate(undefined), bitrate(64_400), bitrate(2_340_000)],
    ['–', '64 kbit/s', '2.3 Mbit/s'],
  );
  assert.equal(
    candidate({ type: 'host', protocol: 'udp', address: '2001:db8::1', port: 8443 }),
    'host udp [2001:db8::1]:8443',
  );
  assert.deepEqual(
    [duration(5000), duration(65_000), duration(3_725_000)],
    ['0:05', '1:05', '1:02:05'],
  );
});

test('loss and jitter of a sample are the worst of what is received', () => {
  const track = { direction: 'in' as const, mid: '3', kind: 'video' as const, bitsPerSecond: 1 };
  const sample = sampleOf({
    time: 0,
    negotiations: 1,
    connection: { ice: 'connected', dtls: 'connected', bitsPerSecondIn: 2000, bitsPerSecondOut: 0 },
    tracks: [
      { ...track, lossRatio: 0.01, jitterMs: 3 },
      { ...track, lossRatio: 0.05 },
      { ...track, bitsPerSecond: 0, lossRatio: 0.9 },
    ],
  });
  assert.deepEqual([sample.inKbps, sample.lossPercent, sample.jitterMs], [2, 5, 3]);
});

test('a curve ends at the newest sample and skips what is unknown', () => {
  assert.equal(curvePoints([1, undefined, 2], 60, 10, 3), '0,5.5 60,0.9');
  assert.equal(curvePoints([], 60, 10), '');
});
