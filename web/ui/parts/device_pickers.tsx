import { ChevronDown, Mic, Play, Video, Volume2, type IconNode } from 'lucide';
import { useId } from 'preact/hooks';
import { text } from '../messages.ts';
import { useApp } from '../state/context.ts';
import { canChooseSpeaker, type Device } from '../state/local_media.ts';
import { playTestSound } from '../state/test_sound.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

/** The three device choices, as in the lobby and the settings. */
export function DevicePickers() {
  const { media, preferences } = useApp();
  const camera = media.camera.value?.getSettings().deviceId;
  const microphone = media.microphone.value?.getSettings().deviceId;
  return (
    <div class="pickers">
      <Picker
        label={text.devices.camera}
        icon={Video}
        devices={media.cameras.value}
        numbered={text.devices.cameraNumber}
        value={camera ?? preferences.cameraId.value}
        onChoose={(id) => void media.choose('camera', id)}
      />
      <Picker
        label={text.devices.microphone}
        icon={Mic}
        devices={media.microphones.value}
        numbered={text.devices.microphoneNumber}
        value={microphone ?? preferences.microphoneId.value}
        onChoose={(id) => void media.choose('microphone', id)}
      />
      {canChooseSpeaker() && (
        <div class="picker-with-test">
          <Picker
            label={text.devices.speaker}
            icon={Volume2}
            devices={media.speakers.value}
            numbered={text.devices.speakerNumber}
            value={preferences.speakerId.value}
            fallback={text.devices.systemDefault}
            onChoose={(id) => {
              preferences.speakerId.value = id;
            }}
          />
          <IconButton
            label={text.devices.testSpeaker}
            icon={Play}
            tone="bare"
            onClick={() => void playTestSound(preferences.speakerId.value)}
          />
        </div>
      )}
    </div>
  );
}

interface PickerProps {
  readonly label: string;
  readonly icon: IconNode;
  readonly devices: readonly Device[];
  readonly value: string;
  /** A name for devices whose labels the browser keeps until permission is given. */
  readonly numbered: (n: number) => string;
  /** Stands for "no device in particular" when the list is empty. */
  readonly fallback?: string;
  readonly onChoose: (id: string) => void;
}

function Picker({ label, icon, devices, value, numbered, fallback, onChoose }: PickerProps) {
  const id = useId();
  const none = devices.length === 0;
  const shown = devices.some((device) => device.id === value) ? value : (devices[0]?.id ?? '');
  return (
    <div class="picker">
      <label class="visually-hidden" for={id}>
        {label}
      </label>
      <Icon of={icon} />
      <select
        id={id}
        value={shown}
        disabled={none}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {none && <option value="">{fallback ?? text.devices.none}</option>}
        {devices.map((device, index) => (
          <option key={device.id} value={device.id}>
            {device.label || numbered(index + 1)}
          </option>
        ))}
      </select>
      <Icon of={ChevronDown} class="select-mark" />
    </div>
  );
}
