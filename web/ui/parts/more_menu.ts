import {
  ChartNoAxesColumn,
  Keyboard,
  Link,
  Maximize,
  Minimize,
  ScreenShare,
  ScreenShareOff,
  Settings,
  Users,
} from 'lucide';
import { text } from '../messages.ts';
import type { App } from '../state/app.ts';
import type { CallView } from '../state/call_view.ts';
import { copyText } from '../state/clipboard.ts';
import { canShareScreen } from '../state/local_media.ts';
import { invitationLink } from './alone_card.tsx';
import { layoutMenu } from './layout_menu.ts';
import type { MenuGroup } from './menu.tsx';

/** The rarer acts; on small screens also those that have no room in the bar. */
export function moreMenu(call: CallView, app: App): MenuGroup[] {
  const { session } = call;
  const compact = matchMedia('(max-width: 719px), (max-height: 479px)').matches;
  const sharing = session.share.track.value !== null;
  const share = {
    label: sharing ? text.controls.stopShare : text.controls.share,
    icon: sharing ? ScreenShareOff : ScreenShare,
    onSelect: () => call.run('share'),
  };
  const people = {
    label: text.controls.people,
    icon: Users,
    onSelect: () => call.togglePanel('people'),
  };
  const whole = document.fullscreenElement !== null;
  const fullScreen = {
    label: whole ? text.controls.leaveFullScreen : text.controls.fullScreen,
    icon: whole ? Minimize : Maximize,
    keys: 's',
    onSelect: () => call.toggleFullScreen(),
  };
  return [
    { items: compact ? [...(session.canPublish && canShareScreen() ? [share] : []), people] : [] },
    ...(compact ? layoutMenu(call, app) : []),
    {
      items: [
        {
          label: text.controls.copyLink,
          icon: Link,
          onSelect: () => void copyText(invitationLink(session.call.room), app.toasts),
        },
        ...(document.fullscreenEnabled ? [fullScreen] : []),
        {
          label: text.controls.stats,
          icon: ChartNoAxesColumn,
          keys: 't',
          onSelect: () => call.togglePanel('stats'),
        },
        ...(compact
          ? []
          : [
              {
                label: text.controls.shortcuts,
                icon: Keyboard,
                keys: '?',
                onSelect: () => call.run('shortcuts'),
              },
            ]),
        {
          label: text.controls.settings,
          icon: Settings,
          onSelect: () => {
            call.dialog.value = 'settings';
          },
        },
      ],
    },
  ];
}
