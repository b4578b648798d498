import { Mic, MicOff, Pin, UserMinus, Video, VideoOff } from 'lucide';
import type { Participant } from '../../sdk/src/index.ts';
import { text } from '../messages.ts';
import type { CallView } from '../state/call_view.ts';
import { tileKey } from '../state/stage_plan.ts';
import type { MenuItem } from './menu.tsx';

/** Pinning for everybody; muting and removing for hosts. */
export function personMenu(
  call: CallView,
  person: Participant,
  onRemove: (person: Participant) => void,
): MenuItem[] {
  const { session, stage } = call;
  const key = tileKey(person.id, 'camera');
  const pinned = stage.pinned.value === key;
  const pin = {
    label: pinned ? text.people.unpinItem : text.people.pinItem,
    icon: Pin,
    onSelect: () => stage.togglePin(key),
  };
  const first = person.via === 'whep' ? [] : [pin];
  if (!session.room.self.value.grants.moderator) return first;
  const sound = person.tracks.find((track) => track.source === 'microphone');
  const picture = person.tracks.find((track) => track.source === 'camera');
  return [
    ...first,
    ...(sound
      ? [
          sound.mutedByHost
            ? {
                label: text.people.unmuteItem,
                icon: Mic,
                onSelect: () => void session.moderate('unmute', person.id, 'microphone'),
              }
            : {
                label: text.people.muteItem,
                icon: MicOff,
                onSelect: () => void session.moderate('mute', person.id, 'microphone'),
              },
        ]
      : []),
    ...(picture
      ? [
          picture.mutedByHost
            ? {
                label: text.people.allowCameraItem,
                icon: Video,
                onSelect: () => void session.moderate('unmute', person.id, 'camera'),
              }
            : {
                label: text.people.stopCameraItem,
                icon: VideoOff,
                onSelect: () => void session.moderate('mute', person.id, 'camera'),
              },
        ]
      : []),
    {
      label: text.people.removeItem,
      icon: UserMinus,
      danger: true,
      onSelect: () => onRemove(person),
    },
  ];
}
