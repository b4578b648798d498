import { Moon, Sun } from 'lucide';
import { text } from '../messages.ts';
import { useApp } from '../state/context.ts';
import { IconButton } from './button.tsx';

/** Changes between light and dark; "like the system" is in the settings. */
export function ThemeToggle() {
  const { theme, preferences } = useApp();
  const dark = theme.value === 'dark';
  return (
    <IconButton
      label={dark ? text.theme.toLight : text.theme.toDark}
      icon={dark ? Sun : Moon}
      tone="bare"
      tipAt="below-end"
      onClick={() => {
        preferences.theme.value = dark ? 'light' : 'dark';
      }}
    />
  );
}
