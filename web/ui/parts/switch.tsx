import type { IconNode } from 'lucide';
import { useId } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly icon?: IconNode;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

/** A checkbox that looks and reads like a switch. */
export function Switch({ label, hint, icon, on, onChange }: SwitchProps) {
  const hintId = useId();
  return (
    <label class="switch">
      {icon && <Icon of={icon} />}
      <span class="switch-words">
        <span>{label}</span>
        {hint && (
          <span class="hint" id={hintId}>
            {hint}
          </span>
        )}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        aria-label={label}
        aria-describedby={hint ? hintId : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="switch-track" aria-hidden="true" />
    </label>
  );
}
