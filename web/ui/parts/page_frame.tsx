import type { ComponentChildren } from 'preact';
import { text } from '../messages.ts';
import { useApp } from '../state/context.ts';
import { Logo } from './logo.tsx';
import { ThemeToggle } from './theme_toggle.tsx';

/** The frame of every page outside of a call. */
export function PageFrame({ children }: { children: ComponentChildren }) {
  const app = useApp();
  const goHome = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window: the browser's
    event.preventDefault();
    app.goHome();
  };
  return (
    <div class="page">
      <header class="page-head">
        <a class="home-link" href="/" onClick={goHome} aria-label={text.app.name}>
          <Logo />
        </a>
        <ThemeToggle />
      </header>
      {children}
    </div>
  );
}
