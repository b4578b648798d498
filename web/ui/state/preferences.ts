/**
 * The user's choices, kept in localStorage. Each is a signal; writing one stores it. Storage that
 * is forbidden or full costs only the remembering.
 */
import { effect, signal, type Signal } from '@preact/signals';
import type { LayoutChoice, SelfView, Corner } from './stage_plan.ts';
import type { Receive } from './slot_plan.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';

interface Choices {
  name: string;
  microphoneOn: boolean;
  cameraOn: boolean;
  microphoneId: string;
  cameraId: string;
  speakerId: string;
  theme: ThemeChoice;
  layout: LayoutChoice;
  selfView: SelfView;
  selfCorner: Corner;
  receive: Receive;
  mirror: boolean;
  shortcuts: boolean;
}

export type Preferences = { readonly [K in keyof Choices]: Signal<Choices[K]> };

const kKey = 'parlour.preferences';

const kDefaults: Choices = {
  name: '',
  microphoneOn: true,
  cameraOn: true,
  microphoneId: '',
  cameraId: '',
  speakerId: '',
  theme: 'system',
  layout: 'auto',
  selfView: 'auto',
  selfCorner: 'bottom-end',
  receive: 'best',
  mirror: true,
  shortcuts: true,
};

/** What a stored choice may be, where its type alone does not say. */
const kAllowed: { readonly [K in keyof Choices]?: readonly Choices[K][] } = {
  theme: ['system', 'light', 'dark'],
  layout: ['auto', 'grid', 'speaker'],
  selfView: ['auto', 'tile', 'floating', 'hidden'],
  selfCorner: ['top-start', 'top-end', 'bottom-start', 'bottom-end'],
  receive: ['best', 'saver', 'audio'],
};

export type ChoiceStorage = Pick<Storage, 'getItem' | 'setItem'>;

export function createPreferences(
  storage: ChoiceStorage | undefined = browserStorage(),
): Preferences {
  const stored = readChoices(storage);
  const signals = Object.fromEntries(
    Object.entries(stored).map(([key, value]) => [key, signal(value)]),
  ) as unknown as Preferences;
  effect(() => {
    const values = Object.fromEntries(Object.entries(signals).map(([key, s]) => [key, s.value]));
    try {
      storage?.setItem(kKey, JSON.stringify(values));
    } catch {
      // Private windows and full disks: the choices live as long as the page.
    }
  });
  return signals;
}

function readChoices(storage: ChoiceStorage | undefined): Choices {
  const choices: Record<string, unknown> = { ...kDefaults };
  for (const [key, value] of Object.entries(parse(storage))) {
    const fallback = choices[key];
    const allowed = kAllowed[key as keyof Choices] as readonly unknown[] | undefined;
    if (fallback === undefined || typeof value !== typeof fallback) continue;
    if (allowed && !allowed.includes(value)) continue;
    choices[key] = value;
  }
  return choices as unknown as Choices;
}

function parse(storage: ChoiceStorage | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(storage?.getItem(kKey) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function browserStorage(): ChoiceStorage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // the getter itself throws where cookies are blocked
  }
}
