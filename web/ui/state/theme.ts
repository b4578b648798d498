/** Applies the theme: `data-theme` on the root is always `light` or `dark`, whatever was chosen. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Preferences } from './preferences.ts';

export type Theme = 'light' | 'dark';

/** `--ground` of each theme, for the browser's own bars. */
const kBrowserBar = { light: '#f7f6f2', dark: '#111714' };

export function applyTheme(
  preferences: Preferences,
  root = document.documentElement,
): ReadonlySignal<Theme> {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const systemDark = signal(query.matches);
  query.addEventListener('change', () => {
    systemDark.value = query.matches;
  });
  const theme = computed<Theme>(() => {
    const choice = preferences.theme.value;
    if (choice !== 'system') return choice;
    return systemDark.value ? 'dark' : 'light';
  });
  effect(() => {
    root.dataset.theme = theme.value;
    for (const meta of document.querySelectorAll('meta[name=theme-color]'))
      meta.setAttribute('content', kBrowserBar[theme.value]);
  });
  return theme;
}
