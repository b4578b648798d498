import { Link } from 'lucide';
import { text } from '../messages.ts';
import { useApp, useCall } from '../state/context.ts';
import { copyText } from '../state/clipboard.ts';
import { roomPath } from '../state/route.ts';
import { Button } from './button.tsx';

/** For the first one in a room: how the others get here. */
export function AloneCard() {
  const { session } = useCall();
  const { toasts } = useApp();
  const link = invitationLink(session.call.room);
  return (
    <section class="alone-card" aria-label={text.stage.alone}>
      <strong>{text.stage.alone}</strong>
      <p>{text.stage.aloneBody}</p>
      <div class="link-line">
        <span class="link-text">{link.replace(/^https?:\/\//, '')}</span>
        <Button kind="primary" icon={Link} onClick={() => void copyText(link, toasts)}>
          {text.stage.copyLink}
        </Button>
      </div>
    </section>
  );
}

export function invitationLink(room: string): string {
  return `${location.origin}${roomPath(room)}`;
}
