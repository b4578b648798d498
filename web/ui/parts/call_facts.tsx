import { Lock } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { duration, text } from '../messages.ts';
import { useCall } from '../state/context.ts';
import { Icon } from './icon.tsx';

/** Where we are and for how long. */
export function CallFacts() {
  const { session } = useCall();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const { room } = session;
  return (
    <>
      <h1 class="room-name" title={room.call.room}>
        <bdi>{room.call.room}</bdi>
      </h1>
      {room.locked.value && (
        <span class="lock-mark">
          <Icon of={Lock} />
          <span class="visually-hidden">{text.call.roomLocked}</span>
        </span>
      )}
      <span class="clock" role="timer" aria-live="off">
        {duration(now - session.startedAt)}
      </span>
    </>
  );
}
