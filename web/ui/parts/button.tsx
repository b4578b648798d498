import type { IconNode } from 'lucide';
import type { ComponentChildren, Ref } from 'preact';
import { text } from '../messages.ts';
import { Icon } from './icon.tsx';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly icon?: IconNode;
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly type?: 'button' | 'submit';
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly class?: string;
  readonly onClick?: () => void;
}

export function Button(props: ButtonProps) {
  const { kind = 'plain', type = 'button', busy = false } = props;
  return (
    <button
      type={type}
      class={`button button-${kind} ${props.class ?? ''}`}
      aria-busy={busy}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {busy ? <span class="spinner" /> : props.icon && <Icon of={props.icon} />}
      <span>{props.children}</span>
    </button>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly icon: IconNode;
  /** For buttons that stay down; leave out where the label changes instead. */
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly controls?: string;
  /** `off`: something is switched off. */
  readonly tone?: 'plain' | 'on' | 'off' | 'danger' | 'bare';
  /** Shortcut, shown in the tooltip. */
  readonly keys?: string;
  readonly badge?: number;
  readonly disabled?: boolean;
  readonly busy?: boolean;
  readonly class?: string;
  readonly tipAt?: 'above' | 'below' | 'below-end' | 'none';
  readonly hasPopup?: 'menu' | 'dialog';
  readonly onClick: () => void;
  readonly innerRef?: Ref<HTMLButtonElement>;
}

export function IconButton(props: IconButtonProps) {
  const { label, keys, tone = 'plain', tipAt = 'above' } = props;
  const tip = keys ? text.controls.withKey(label, keys.toUpperCase()) : label;
  return (
    <button
      ref={props.innerRef}
      type="button"
      class={`icon-button tone-${tone} ${props.class ?? ''}`}
      aria-label={label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-controls={props.expanded ? props.controls : undefined}
      aria-haspopup={props.hasPopup}
      aria-keyshortcuts={keys}
      aria-busy={props.busy || undefined}
      disabled={props.disabled}
      data-tip={tipAt === 'none' ? undefined : tip}
      data-tip-at={tipAt}
      onClick={props.onClick}
    >
      {props.busy ? <span class="spinner" /> : <Icon of={props.icon} />}
      {props.badge ? (
        <span class="badge" aria-hidden="true">
          {props.badge > 99 ? '99+' : props.badge}
        </span>
      ) : null}
    </button>
  );
}
