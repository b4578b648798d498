import {
  CloudOff,
  DoorOpen,
  Hourglass,
  Lock,
  MonitorSmartphone,
  RotateCw,
  TicketX,
  TriangleAlert,
  UserX,
  Users,
  type IconNode,
} from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { duration, text } from '../messages.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { PageFrame } from '../parts/page_frame.tsx';
import { useApp } from '../state/context.ts';
import { waysOn, type End, type EndKind, type WayOn } from '../state/endings.ts';

const kIcons: Record<EndKind, IconNode> = {
  left: DoorOpen,
  removed: UserX,
  replaced: MonitorSmartphone,
  lost: CloudOff,
  serverStopping: RotateCw,
  failed: TriangleAlert,
  roomFull: Users,
  roomLocked: Lock,
  serverFull: Hourglass,
  tooMany: Hourglass,
  tokenExpired: TicketX,
  tokenInvalid: TicketX,
  tokenNeeded: TicketX,
  tokenOtherRoom: TicketX,
  notAllowed: Lock,
  unreachable: CloudOff,
  unsupported: TriangleAlert,
  internal: TriangleAlert,
};

/** Kinds whose technical words help whoever is asked for help. */
const kTellsDetail: readonly EndKind[] = [
  'failed',
  'internal',
  'unsupported',
  'unreachable',
  'tokenInvalid',
];

/** After the call, or instead of it: what happened, in plain words, and a way on. */
export function EndScreen({ room, end }: { room: string; end: End }) {
  const app = useApp();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [end]);
  const words = text.end.pages[end.kind];
  const run: Record<WayOn, () => void> = {
    rejoin: () => void app.rejoin(room),
    retry: () => app.openRoom(room),
    home: () => app.goHome(),
  };
  return (
    <PageFrame>
      <main class="end">
        <div class="end-card">
          <span class={end.kind === 'left' ? 'end-icon' : 'end-icon end-icon-alert'}>
            <Icon of={kIcons[end.kind]} />
          </span>
          <h1 class="title" tabIndex={-1} ref={title}>
            {words.title}
          </h1>
          <p class="lead">{words.body}</p>
          {end.kind === 'left' && end.durationMs !== undefined && (
            <p class="hint">{text.end.duration(duration(end.durationMs))}</p>
          )}
          <div class="end-ways">
            {waysOn(end.kind).map((way, index) => (
              <Button key={way} kind={index === 0 ? 'primary' : 'plain'} onClick={run[way]}>
                {text.end.waysOn[way]}
              </Button>
            ))}
          </div>
          {end.detail && kTellsDetail.includes(end.kind) && (
            <details class="end-detail">
              <summary>{text.end.details}</summary>
              <p>{end.detail}</p>
            </details>
          )}
        </div>
      </main>
    </PageFrame>
  );
}
