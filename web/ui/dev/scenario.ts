/** What a development page shows, read from its address: `?people=5&sharing=2&speaking=1…` */
import type { ChatMessage, ErrorCode } from '../../sdk/src/index.ts';
import type { MediaProblem } from '../state/media_problem.ts';

export interface Scenario {
  /** Numbers of the others; `kNames` has their names. */
  readonly people: readonly number[];
  readonly cameraOff: ReadonlySet<number>;
  readonly muted: ReadonlySet<number>;
  readonly hands: ReadonlySet<number>;
  readonly sharing: ReadonlySet<number>;
  readonly away: ReadonlySet<number>;
  /** -1 is ourselves. */
  readonly speaking: readonly number[];
  readonly quality: ReadonlyMap<number, 0 | 1 | 2 | 3>;
  readonly chat: readonly ChatMessage[];
  readonly moderator: boolean;
  readonly watcher: boolean;
  readonly locked: boolean;
  readonly reconnecting: boolean;
  /** The join is refused with this. */
  readonly refuse?: ErrorCode;
  readonly camera?: MediaProblem;
  readonly microphone?: MediaProblem;
}

export const kNames = [
  'Ada Lovelace',
  'Bob',
  'Chidinma Okafor',
  'Diego Fernández',
  'Élodie Marchand',
  'Farid Rahimi',
  'Grace Kim',
  'Henrik Sørensen',
  'Ines',
  'Jónas Þór',
  'Keiko Tanaka',
  'Maximilian Alexander von Hohenstein-Langenfeld',
  'Liam',
  'María José',
  'Noor',
  'Olu',
  'Priya Raman',
  'Quentin',
  'Rosa',
  'Sami',
  'Tove',
  'Uri',
  'Vera',
  'Wen',
  'Ximena',
  'Yusuf',
  'Zoë',
  'أمينة',
  'Борис',
  '田中 一郎',
];

export function readScenario(query: URLSearchParams): Scenario {
  const numbers = (name: string) => (query.get(name) ?? '').split(',').filter(Boolean).map(Number);
  const others = Math.max(0, Number(query.get('people') ?? 3) - 1);
  return {
    people: Array.from({ length: others }, (_, index) => index),
    cameraOff: new Set(numbers('cameraOff')),
    muted: new Set(numbers('muted')),
    hands: new Set(numbers('hands')),
    sharing: new Set(numbers('sharing')),
    away: new Set(numbers('away')),
    speaking: numbers('speaking'),
    quality: new Map(
      (query.get('quality') ?? '')
        .split(',')
        .filter(Boolean)
        .map((pair) => {
          const [index, score] = pair.split(':').map(Number);
          return [index as number, score as 0 | 1 | 2 | 3];
        }),
    ),
    chat: query.has('chat') ? kChat() : [],
    moderator: query.has('moderator'),
    watcher: query.has('watcher'),
    locked: query.has('locked'),
    reconnecting: query.has('reconnecting'),
    refuse: (query.get('refuse') ?? undefined) as ErrorCode | undefined,
    camera: (query.get('camera') ?? undefined) as MediaProblem | undefined,
    microphone: (query.get('microphone') ?? undefined) as MediaProblem | undefined,
  };
}

function kChat(): ChatMessage[] {
  const start = Date.now() - 9 * 60_000;
  const lines: [number, string, string, number][] = [
    [0, 'Ada Lovelace', 'Good morning, everyone!', 0],
    [
      0,
      'Ada Lovelace',
      'The plan for the garden party is at https://example.org/plans/garden?year=2026.',
      0.3,
    ],
    [1, 'Bob', 'Morning ☀️', 1],
    [-1, 'You', 'Thanks, opening it now', 2],
    [
      2,
      'Chidinma Okafor',
      'I have put the music list there too. It is a long one, so please only strike out what you really cannot stand; we still need at least three hours.',
      5,
    ],
    [-1, 'You', 'Will do', 6],
    [0, 'Ada Lovelace', 'Lanterns or candles?', 8],
  ];
  return lines.map(([from, fromName, text, minute], index) => ({
    id: `c_${index + 1}`,
    seq: index + 1,
    from: from < 0 ? 'p_self' : `p_${from}`,
    fromName,
    text,
    time: new Date(start + minute * 60_000).toISOString(),
  }));
}
