import { CloudOff, RotateCw, ScreenShare, VolumeX, type IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';
import { text } from '../messages.ts';
import { useCall } from '../state/context.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** What concerns the call as a whole, above the tiles. Polite live region, always present. */
export function Banners() {
  const { session, sound } = useCall();
  const { room } = session;
  const broken = room.reconnecting.value;
  return (
    <div class="banners" role="status">
      {room.state.value === 'reconnecting' && (
        <Banner
          icon={CloudOff}
          tone="warning"
          action={() => room.call.retryNow()}
          label={text.banner.retryNow}
        >
          {broken?.what === 'media' ? text.banner.reconnectingMedia : text.banner.reconnecting}
          {broken && broken.attempt > 1 && (
            <span class="banner-detail"> {text.banner.attempt(broken.attempt)}</span>
          )}
        </Banner>
      )}
      {room.draining.value && (
        <Banner icon={RotateCw} tone="warning">
          {text.banner.draining}
        </Banner>
      )}
      {sound.blocked.value && (
        <Banner
          icon={VolumeX}
          tone="warning"
          action={() => sound.unblock()}
          label={text.banner.hear}
        >
          {text.banner.audioBlocked}
        </Banner>
      )}
      {session.share.track.value && (
        <Banner
          icon={ScreenShare}
          tone="plain"
          action={() => void session.share.stop()}
          label={text.controls.stopShare}
        >
          {text.banner.sharing}
        </Banner>
      )}
      {!session.canPublish && (
        <Banner icon={VolumeX} tone="plain">
          {text.stage.watching}
        </Banner>
      )}
    </div>
  );
}

interface BannerProps {
  readonly icon: IconNode;
  readonly tone: 'plain' | 'warning';
  readonly children: ComponentChildren;
  readonly action?: () => void;
  readonly label?: string;
}

function Banner({ icon, tone, children, action, label }: BannerProps) {
  return (
    <div class={`banner banner-${tone}`}>
      <Icon of={icon} />
      <span class="banner-text">{children}</span>
      {action && (
        <Button kind="plain" onClick={action}>
          {label}
        </Button>
      )}
    </div>
  );
}
