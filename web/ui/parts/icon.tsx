import { h } from 'preact';
import type { IconNode } from 'lucide';

/** A Lucide icon, drawn in the colour of the text. Decorative: its button carries the words. */
export function Icon({ of, class: extra }: { of: IconNode; class?: string }) {
  return (
    <svg
      class={extra ? `icon ${extra}` : 'icon'}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      {of.map(([tag, attributes]) => h(tag, { ...attributes }))}
    </svg>
  );
}
