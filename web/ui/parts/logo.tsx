import { text } from '../messages.ts';

/** The mark: a doorway with somebody in it. Also in `public/icon.svg`. */
export function Logo() {
  return (
    <span class="logo">
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect class="logo-wall" width="32" height="32" rx="9" />
        <path class="logo-door" d="M8 26V15.5a8 8 0 0 1 16 0V26z" />
        <circle class="logo-wall" cx="16" cy="15" r="3.1" />
        <path class="logo-wall" d="M10.6 26c0-3.8 2.3-6.2 5.4-6.2s5.4 2.4 5.4 6.2z" />
      </svg>
      <span class="logo-name">{text.app.name}</span>
    </span>
  );
}
