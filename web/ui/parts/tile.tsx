import { Hand, Maximize, MicOff, Move, Pin, PinOff } from 'lucide';
import { useRef, useState } from 'preact/hooks';
import type { Participant } from '../../sdk/src/index.ts';
import { text } from '../messages.ts';
import { useApp, useCall } from '../state/context.ts';
import type { CallView } from '../state/call_view.ts';
import { avatarColour } from '../state/initials.ts';
import type { PlacedTile } from '../state/stage_plan.ts';
import { Avatar } from './avatar.tsx';
import { IconButton } from './button.tsx';
import { dragToCorner, nextCorner } from './drag_to_corner.ts';
import { Icon } from './icon.tsx';
import { QualityMark } from './quality_mark.tsx';
import { tilePlace } from './tile_place.ts';
import { Video } from './video.tsx';

/** One person (or screen): picture or avatar, name and marks. */
export function Tile({ place }: { place: PlacedTile }) {
  const call = useCall();
  const app = useApp();
  const ref = useRef<HTMLLIElement>(null);
  const [playing, setPlaying] = useState(false);
  const { tile, role, rect } = place;
  const state = tileState(call, place);
  if (!state) return null;
  const { person, track, name } = state;
  const pinned = call.stage.pinned.value === tile.key;
  const dragging =
    role === 'floating'
      ? dragToCorner(ref, call.stage.area.peek(), app.preferences.selfCorner)
      : undefined;
  return (
    <li
      ref={ref}
      style={tilePlace(rect)}
      data-tile={tile.key}
      data-role={role}
      onPointerDown={dragging}
      class={tileClass(place, state, playing && track !== undefined)}
      onDblClick={() => {
        if (role !== 'floating') call.stage.togglePin(tile.key);
      }}
    >
      {tile.source === 'camera' && (
        <div class={`tile-face hue-${avatarColour(person.identity)}`}>
          <Avatar name={person.name} identity={person.identity} size="fill" />
        </div>
      )}
      {track && (
        <Video
          track={track}
          mirrored={tile.self && app.preferences.mirror.value}
          whole={tile.source === 'screen'}
          onReady={setPlaying}
        />
      )}
      <Veil state={state} playing={playing} />
      {person.hand && (
        <span class="hand-mark">
          <Icon of={Hand} />
        </span>
      )}
      <div class="nameplate">
        {tile.source === 'camera' && state.muted && <Icon of={MicOff} class="muted-mark" />}
        {state.speaking && (
          <span class="speaking-mark" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        )}
        <bdi class="name">{name}</bdi>
        <span class="visually-hidden">{spokenMarks(state, pinned)}</span>
        {state.quality !== undefined && <QualityMark score={state.quality} />}
      </div>
      {role === 'floating' ? (
        <div class="tile-actions">
          <IconButton
            label={text.tile.moveSelf}
            icon={Move}
            tipAt="none"
            onClick={() => {
              app.preferences.selfCorner.value = nextCorner(app.preferences.selfCorner.value);
            }}
          />
        </div>
      ) : (
        <div class="tile-actions">
          {tile.source === 'screen' && (
            <IconButton
              label={text.tile.fullScreen(name)}
              icon={Maximize}
              tipAt="below"
              onClick={() => void ref.current?.requestFullscreen?.().catch(() => undefined)}
            />
          )}
          <IconButton
            label={pinned ? text.tile.unpin(name) : text.tile.pin(name)}
            icon={pinned ? PinOff : Pin}
            tipAt="below"
            class={pinned ? 'pinned' : ''}
            onClick={() => call.stage.togglePin(tile.key)}
          />
        </div>
      )}
    </li>
  );
}

interface TileState {
  readonly person: Participant;
  readonly name: string;
  readonly track?: MediaStreamTrack;
  readonly muted: boolean;
  readonly cameraOff: boolean;
  readonly speaking: boolean;
  readonly undecodable: boolean;
  readonly quality?: number;
}

function tileState(call: CallView, { tile }: PlacedTile): TileState | undefined {
  const { room, media, microphoneOn } = call.session;
  const self = room.self.value;
  const person = tile.self ? self : room.participants.value.get(tile.participant);
  if (!person) return undefined;
  const slot = tile.self ? undefined : call.stage.slotOf(tile.participant, tile.source);
  const track = tile.self
    ? (media.camera.value ?? undefined)
    : slot?.reason === 'shown'
      ? slot.track
      : undefined;
  const sound = person.tracks.find((published) => published.source === 'microphone');
  const picture = person.tracks.find((published) => published.source === tile.source);
  const muted = tile.self ? !microphoneOn.value : !sound || sound.muted || sound.mutedByHost;
  return {
    person,
    track,
    muted,
    name:
      tile.source === 'screen'
        ? text.tile.screenOf(person.name)
        : tile.self
          ? text.tile.you
          : person.name,
    cameraOff: tile.self ? !track : !picture || picture.muted || picture.mutedByHost,
    speaking: tile.source === 'camera' && !muted && room.speaking.value.includes(person.id),
    undecodable: slot?.reason === 'undecodable',
    quality: tile.source === 'screen' ? undefined : room.quality.value.get(person.id),
  };
}

function tileClass({ tile, role }: PlacedTile, state: TileState, playing: boolean): string {
  return [
    'tile',
    `tile-${role}`,
    `tile-${tile.source}`,
    state.speaking && 'tile-speaking',
    playing && 'tile-playing',
    state.person.connection !== 'connected' && 'tile-away',
  ]
    .filter(Boolean)
    .join(' ');
}

function Veil({ state, playing }: { state: TileState; playing: boolean }) {
  const { connection } = state.person;
  if (connection !== 'connected') {
    const words = connection === 'connecting' ? text.tile.connecting : text.tile.reconnecting;
    return (
      <div class="veil">
        <span class="spinner" />
        <span class="veil-text">{words}</span>
      </div>
    );
  }
  if (state.undecodable)
    return (
      <div class="veil-note">
        <span>{text.tile.undecodable}</span>
      </div>
    );
  if (state.track && !playing)
    return (
      <div class="veil-note">
        <span class="spinner" />
      </div>
    );
  return null;
}

/** The marks in words, for those who hear the page. */
function spokenMarks(state: TileState, pinned: boolean): string {
  return [
    state.muted && text.tile.muted,
    state.speaking && text.tile.speaking,
    state.cameraOff && text.tile.cameraOff,
    state.person.hand && text.tile.handRaised,
    pinned && text.tile.pinned,
  ]
    .filter(Boolean)
    .join(', ');
}
