/** The menus beside the microphone and camera buttons. */
import { text } from '../messages.ts';
import type { App } from '../state/app.ts';
import { canChooseSpeaker, type Device } from '../state/local_media.ts';
import type { MenuGroup, MenuItem } from './menu.tsx';

export function soundMenu({ media, preferences }: App): MenuGroup[] {
  const inUse = media.microphone.value?.getSettings().deviceId || preferences.microphoneId.value;
  const groups: MenuGroup[] = [
    {
      heading: text.devices.microphone,
      items: choices(
        media.microphones.value,
        inUse,
        text.devices.microphoneNumber,
        (id) => void media.choose('microphone', id),
      ),
    },
  ];
  if (!canChooseSpeaker()) return groups;
  const speaker = preferences.speakerId;
  return [
    ...groups,
    {
      heading: text.devices.speaker,
      items: choices(media.speakers.value, speaker.value, text.devices.speakerNumber, (id) => {
        speaker.value = id;
      }),
    },
  ];
}

export function cameraMenu({ media, preferences }: App): MenuGroup[] {
  const inUse = media.camera.value?.getSettings().deviceId || preferences.cameraId.value;
  return [
    {
      heading: text.devices.camera,
      items: choices(
        media.cameras.value,
        inUse,
        text.devices.cameraNumber,
        (id) => void media.choose('camera', id),
      ),
    },
  ];
}

function choices(
  devices: readonly Device[],
  inUse: string,
  numbered: (n: number) => string,
  choose: (id: string) => void,
): MenuItem[] {
  if (devices.length === 0) return [{ label: text.devices.none, onSelect: () => undefined }];
  const current = devices.some((device) => device.id === inUse) ? inUse : devices[0]?.id;
  return devices.map((device, index) => ({
    label: device.label || numbered(index + 1),
    checked: device.id === current,
    onSelect: () => choose(device.id),
  }));
}
