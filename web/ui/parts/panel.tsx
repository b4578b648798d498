import { X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { text } from '../messages.ts';
import { IconButton } from './button.tsx';

interface PanelProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}

/** A side panel: beside the stage on wide screens, over it on small ones. Not modal. */
export function Panel({ title, aside, children, onClose }: PanelProps) {
  const ref = useRef<HTMLElement>(null);
  const titleId = useId();
  // Before the next key can come: what is typed after the shortcut belongs to the panel.
  useLayoutEffect(() => {
    const panel = ref.current;
    const before = document.activeElement;
    (panel?.querySelector<HTMLElement>('[data-first-focus]') ?? panel)?.focus();
    return () => {
      const inside =
        panel?.contains(document.activeElement) || document.activeElement === document.body;
      if (inside && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <aside ref={ref} class="panel" aria-labelledby={titleId} tabIndex={-1}>
      <header class="panel-head">
        <h2 id={titleId}>{title}</h2>
        {aside}
        <IconButton
          label={text.panel.close(title)}
          icon={X}
          tone="bare"
          tipAt="none"
          onClick={onClose}
        />
      </header>
      {children}
    </aside>
  );
}
