import { Check, type IconNode } from 'lucide';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

export interface MenuItem {
  readonly label: string;
  readonly hint?: string;
  readonly icon?: IconNode;
  /** Makes it one of several choices. */
  readonly checked?: boolean;
  readonly danger?: boolean;
  readonly keys?: string;
  readonly onSelect: () => void;
}

export interface MenuGroup {
  readonly heading?: string;
  readonly items: readonly MenuItem[];
}

interface MenuProps {
  readonly label: string;
  readonly icon: IconNode;
  readonly groups: readonly MenuGroup[];
  readonly side?: 'above' | 'below';
  readonly align?: 'start' | 'center' | 'end';
  readonly buttonClass?: string;
  readonly tone?: 'plain' | 'bare';
  readonly badge?: number;
}

/** A button with a menu (WAI-ARIA "menu button"); on small screens the menu is a sheet. */
export function MenuButton(props: MenuProps) {
  const { label, icon, groups, side = 'above', align = 'center' } = props;
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  useLayoutEffect(() => {
    if (!open) return;
    const items = itemsOf(root.current);
    (items.find((item) => item.ariaChecked === 'true') ?? items[0])?.focus();
    const onPointer = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) close(false);
    };
    document.addEventListener('pointerdown', onPointer, true);
    return () => document.removeEventListener('pointerdown', onPointer, true);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    } else if (event.key === 'Tab') close(false);
    else if (moveFocus(itemsOf(root.current), event.key)) event.preventDefault();
  };

  return (
    <div class="menu-root" ref={root} onKeyDown={onKeyDown}>
      <IconButton
        innerRef={button}
        label={label}
        icon={icon}
        hasPopup="menu"
        expanded={open}
        controls={id}
        class={props.buttonClass}
        tone={props.tone}
        badge={props.badge}
        tipAt={open ? 'none' : side}
        onClick={() => setOpen(!open)}
      />
      {open && <div class="menu-shade" aria-hidden="true" />}
      {open && (
        <div class={`menu menu-${side} menu-${align}`} id={id} role="menu" aria-label={label}>
          {groups
            .filter((group) => group.items.length > 0)
            .map((group, index) => (
              <div key={index} class="menu-group" role="group" aria-label={group.heading}>
                {group.heading && (
                  <div class="menu-heading" aria-hidden="true">
                    {group.heading}
                  </div>
                )}
                {group.items.map((item) => (
                  <MenuEntry key={item.label} item={item} onDone={() => close(true)} />
                ))}
              </div>
            ))}
        </div>
      )}
    </div>
  );
}

function MenuEntry({ item, onDone }: { item: MenuItem; onDone: () => void }) {
  const choice = item.checked !== undefined;
  const onClick = () => {
    onDone(); // first, so that what opens next gets the focus from the button
    item.onSelect();
  };
  return (
    <button
      type="button"
      class={item.danger ? 'menu-item menu-danger' : 'menu-item'}
      tabIndex={-1}
      role={choice ? 'menuitemradio' : 'menuitem'}
      aria-checked={item.checked}
      onClick={onClick}
    >
      {choice ? (
        <Icon of={Check} class={item.checked ? 'menu-check' : 'menu-check menu-unchecked'} />
      ) : (
        item.icon && <Icon of={item.icon} />
      )}
      <span class="menu-text">
        <span>{item.label}</span>
        {item.hint && <span class="menu-hint">{item.hint}</span>}
      </span>
      {item.keys && <kbd aria-hidden="true">{item.keys.toUpperCase()}</kbd>}
    </button>
  );
}

function itemsOf(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
}

/** Arrow keys, Home and End in a list of focusable elements; false for other keys. */
export function moveFocus(items: readonly HTMLElement[], key: string): boolean {
  const at = items.indexOf(document.activeElement as HTMLElement);
  const last = items.length - 1;
  const next = {
    ArrowDown: at >= last ? 0 : at + 1,
    ArrowUp: at <= 0 ? last : at - 1,
    Home: 0,
    End: last,
  }[key];
  if (next === undefined) return false;
  items[next]?.focus();
  return true;
}
