import { EllipsisVertical, Hand, Mic, MicOff, Video, VideoOff } from 'lucide';
import type { Participant } from '../../sdk/src/index.ts';
import { text } from '../messages.ts';
import type { CallView } from '../state/call_view.ts';
import { useCall } from '../state/context.ts';
import { Avatar } from './avatar.tsx';
import { Icon } from './icon.tsx';
import { MenuButton } from './menu.tsx';
import { personMenu } from './person_menu.ts';

interface PersonProps {
  readonly person: Participant;
  readonly self?: boolean;
  readonly onRemove: (person: Participant) => void;
}

/** A line of the list of people: name, marks, and what can be done about them. */
export function Person({ person, self = false, onRemove }: PersonProps) {
  const call = useCall();
  const sound = person.tracks.find((track) => track.source === 'microphone');
  const picture = person.tracks.find((track) => track.source === 'camera');
  const soundOn = self
    ? call.session.microphoneOn.value
    : sound !== undefined && !sound.muted && !sound.mutedByHost;
  const pictureOn = self
    ? call.session.media.camera.value !== null
    : picture !== undefined && !picture.muted && !picture.mutedByHost;
  const role = roleOf(call, person, self);
  return (
    <li class="person">
      <Avatar name={person.name} identity={person.identity} />
      <span class="person-words">
        <bdi class="person-name">{person.name}</bdi>
        {role && <span class="person-role">{role}</span>}
      </span>
      {person.hand && (
        <span class="person-hand" title={text.tile.handRaised}>
          <Icon of={Hand} />
          <span class="visually-hidden">{text.tile.handRaised}</span>
        </span>
      )}
      {person.via !== 'whep' && (
        <span class="person-marks">
          <Icon of={pictureOn ? Video : VideoOff} class={pictureOn ? '' : 'faint'} />
          <Icon of={soundOn ? Mic : MicOff} class={soundOn ? '' : 'muted-mark'} />
          <span class="visually-hidden">
            {[!soundOn && text.tile.muted, !pictureOn && text.tile.cameraOff]
              .filter(Boolean)
              .join(', ')}
          </span>
        </span>
      )}
      {self ? (
        <span class="person-gap" />
      ) : (
        <MenuButton
          label={text.people.actions(person.name)}
          icon={EllipsisVertical}
          tone="bare"
          side="below"
          align="end"
          groups={[{ items: personMenu(call, person, onRemove) }]}
        />
      )}
    </li>
  );
}

function roleOf(call: CallView, person: Participant, self: boolean): string {
  const host = self && call.session.room.self.value.grants.moderator ? text.people.host : '';
  if (self) return [text.people.you, host].filter(Boolean).join(' · ');
  if (person.via === 'whep') return text.people.watching;
  return person.via === 'whip' || person.via === 'ingress' ? text.people.external : '';
}
