import { avatarColour, initials } from '../state/initials.ts';

/** Initials on a colour that belongs to the person. Decorative: the name stands beside it. */
export function Avatar({
  name,
  identity,
  size = 'small',
}: {
  name: string;
  identity: string;
  size?: 'small' | 'fill';
}) {
  return (
    <span class={`avatar avatar-${size} hue-${avatarColour(identity)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
