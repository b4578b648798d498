import {
  Hand,
  LayoutGrid,
  MessageSquare,
  Mic,
  MicOff,
  Phone,
  Ellipsis,
  ScreenShare as ShareIcon,
  ScreenShareOff,
  Users,
  Video,
  VideoOff,
  ChevronUp,
} from 'lucide';
import { text } from '../messages.ts';
import { useApp, useCall } from '../state/context.ts';
import { canShareScreen } from '../state/local_media.ts';
import { IconButton } from './button.tsx';
import { CallFacts } from './call_facts.tsx';
import { cameraMenu, soundMenu } from './device_menus.ts';
import { layoutMenu } from './layout_menu.ts';
import { MenuButton } from './menu.tsx';
import { moreMenu } from './more_menu.ts';

/** The buttons of the call. On small screens the rarer ones live in "More". */
export function ControlBar() {
  return (
    <section class="bar" aria-label={text.controls.toolbar}>
      <div class="bar-facts">
        <CallFacts />
      </div>
      <div class="bar-main" role="toolbar" aria-label={text.controls.toolbar}>
        <MainControls />
      </div>
      <div class="bar-side">
        <SideControls />
      </div>
    </section>
  );
}

function MainControls() {
  const call = useCall();
  const { session } = call;
  const app = useApp();
  const sharing = session.share.track.value !== null;
  const raised = session.handRaised.value;
  return (
    <>
      {session.canPublish && <CaptureControls />}
      {session.canPublish && canShareScreen() && (
        <IconButton
          label={sharing ? text.controls.stopShare : text.controls.share}
          keys="d"
          class="roomy-only"
          icon={sharing ? ScreenShareOff : ShareIcon}
          tone={sharing ? 'on' : 'plain'}
          onClick={() => call.run('share')}
        />
      )}
      <IconButton
        label={raised ? text.controls.lowerHand : text.controls.raiseHand}
        keys="r"
        icon={Hand}
        tone={raised ? 'on' : 'plain'}
        onClick={() => call.run('hand')}
      />
      <div class="compact-only">
        <ChatButton />
      </div>
      <MenuButton label={text.controls.more} icon={Ellipsis} groups={moreMenu(call, app)} />
      <IconButton
        label={text.controls.leave}
        icon={Phone}
        tone="danger"
        class="leave"
        onClick={() => app.leave()}
      />
    </>
  );
}

function CaptureControls() {
  const call = useCall();
  const { session } = call;
  const app = useApp();
  const microphone = session.microphoneOn.value;
  const camera = session.media.camera.value !== null;
  const byHost = session.room.publications.value.get('microphone')?.mutedByHost ?? false;
  return (
    <>
      <div class="split">
        <IconButton
          label={
            byHost
              ? text.controls.mutedByHost
              : microphone
                ? text.controls.mute
                : text.controls.unmute
          }
          keys="m"
          icon={microphone ? Mic : MicOff}
          tone={microphone ? 'plain' : 'off'}
          onClick={() => call.run('microphone')}
        />
        <MenuButton
          label={text.controls.microphoneOptions}
          icon={ChevronUp}
          groups={soundMenu(app)}
          buttonClass="caret"
        />
      </div>
      <div class="split">
        <IconButton
          label={camera ? text.controls.cameraOff : text.controls.cameraOn}
          keys="v"
          icon={camera ? Video : VideoOff}
          tone={camera ? 'plain' : 'off'}
          busy={session.cameraStarting.value}
          onClick={() => call.run('camera')}
        />
        <MenuButton
          label={text.controls.cameraOptions}
          icon={ChevronUp}
          groups={cameraMenu(app)}
          buttonClass="caret"
        />
      </div>
    </>
  );
}

function SideControls() {
  const call = useCall();
  const app = useApp();
  const open = call.panel.value;
  return (
    <>
      <MenuButton
        label={text.controls.layout}
        icon={LayoutGrid}
        groups={layoutMenu(call, app)}
        align="end"
        tone="bare"
      />
      <IconButton
        label={text.controls.people}
        keys="p"
        icon={Users}
        tone="bare"
        pressed={open === 'people'}
        onClick={() => call.togglePanel('people')}
      />
      <ChatButton bare />
    </>
  );
}

function ChatButton({ bare = false }: { bare?: boolean }) {
  const call = useCall();
  const unread = call.unread.value;
  return (
    <IconButton
      label={unread > 0 ? text.controls.chatUnread(unread) : text.controls.chat}
      keys="c"
      icon={MessageSquare}
      tone={bare ? 'bare' : 'plain'}
      badge={unread}
      pressed={call.panel.value === 'chat'}
      onClick={() => call.togglePanel('chat')}
    />
  );
}
