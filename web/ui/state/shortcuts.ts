/** Keys of the call: one letter each, and the space bar to talk while it is held. */

export type ShortcutAction =
  | 'microphone'
  | 'camera'
  | 'share'
  | 'chat'
  | 'hand'
  | 'layout'
  | 'people'
  | 'fullScreen'
  | 'stats'
  | 'shortcuts';

export interface Shortcut {
  readonly action: ShortcutAction;
  readonly keys: readonly string[];
}

/** In the order of the list that `?` shows. */
export const kShortcuts: readonly Shortcut[] = [
  { action: 'microphone', keys: ['m'] },
  { action: 'camera', keys: ['v'] },
  { action: 'share', keys: ['d'] },
  { action: 'hand', keys: ['r', 'h'] },
  { action: 'chat', keys: ['c'] },
  { action: 'people', keys: ['p'] },
  { action: 'layout', keys: ['w'] },
  { action: 'fullScreen', keys: ['s'] },
  { action: 'stats', keys: ['t'] },
  { action: 'shortcuts', keys: ['?'] },
];

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** The action of a key; `undefined` for keys that belong to the browser or to nobody. */
export function shortcutFor(press: KeyPress): ShortcutAction | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat) return undefined;
  const key = press.key.toLowerCase();
  return kShortcuts.find((shortcut) => shortcut.keys.includes(key))?.action;
}

const kMovingKeys: ReadonlySet<string> = new Set([
  'Tab',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End',
]);

export interface ShortcutHost {
  enabled(): boolean;
  run(action: ShortcutAction): void;
  /** Space goes down (true) and up (false). */
  talk(down: boolean): void;
  /** Escape outside of dialogs and menus. */
  escape(): void;
}

/** Listens on the document; the function returned stops it. */
export function listenForShortcuts(host: ShortcutHost, target: Document = document): () => void {
  let talking = false;
  /** How the focus came where it is: `:focus-visible` does not tell once a key is down. */
  let movedByKeys = false;
  const onPointer = () => {
    movedByKeys = false;
  };
  const onDown = (event: KeyboardEvent) => {
    if (kMovingKeys.has(event.key)) movedByKeys = true;
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (event.key === 'Escape') return host.escape();
    if (!host.enabled() || insideDialog(event.target)) return;
    if (event.key === ' ') {
      if (movedByKeys && isPressable(event.target)) return;
      event.preventDefault();
      if (!talking) host.talk(true);
      talking = true;
      return;
    }
    const action = shortcutFor(event);
    if (!action) return;
    event.preventDefault();
    host.run(action);
  };
  const release = () => {
    if (talking) host.talk(false);
    talking = false;
  };
  const onUp = (event: KeyboardEvent) => {
    if (event.key !== ' ' || !talking) return;
    event.preventDefault(); // a button that the mouse focused would be pressed
    release();
  };
  target.addEventListener('pointerdown', onPointer, true);
  target.addEventListener('keydown', onDown);
  target.addEventListener('keyup', onUp);
  target.defaultView?.addEventListener('blur', release);
  return () => {
    target.removeEventListener('pointerdown', onPointer, true);
    target.removeEventListener('keydown', onDown);
    target.removeEventListener('keyup', onUp);
    target.defaultView?.removeEventListener('blur', release);
  };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  );
}

function insideDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('dialog, [role=menu]') !== null;
}

/** Somebody who moves by keys presses these with the space bar. */
function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('button, a, input, summary, [tabindex]');
}
