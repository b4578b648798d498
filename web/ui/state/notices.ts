/** Short notes about what others do: who comes, who goes, who shares, who writes. */
import type { Participant, ParticipantId } from '../../sdk/src/index.ts';
import { text } from '../messages.ts';
import type { CallView } from './call_view.ts';

/** Several who come within this time are one note. */
const kTogetherMs = 1500;

/** Notes events of the call until the function returned is called (or the room is disposed). */
export function noteComings(view: CallView): () => void {
  const { room, toasts } = view.session;
  let newcomers: string[] = [];
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const tellNewcomers = () => {
    const [first, ...others] = newcomers;
    newcomers = [];
    gathering = undefined;
    if (first === undefined) return;
    toasts.show(
      others.length > 0 ? text.call.joinedMany(first, others.length) : text.call.joined(first),
      { key: 'joined' },
    );
  };
  room.listen('participantJoined', (person) => {
    if (person.via === 'whep') return;
    newcomers.push(person.name);
    gathering ??= setTimeout(tellNewcomers, kTogetherMs);
  });
  room.listen('participantLeft', ({ participant, reason }) => {
    if (participant.via === 'whep') return;
    const words = reason === 'removed' ? text.call.removedOther : text.call.left;
    toasts.show(words(participant.name), { key: `left-${participant.id}` });
  });
  noteChanges(view);
  let away = false;
  room.listen('state', (state) => {
    if (state === 'connected' && away) toasts.show(text.call.reconnected, { key: 'back' });
    away = state === 'reconnecting';
  });
  room.listen('chat', (message) => {
    if (message.from === room.self.value.id || view.panel.value === 'chat') return;
    toasts.show(text.call.newMessage(message.fromName, shorten(message.text)), {
      key: 'chat',
      action: {
        label: text.chat.title,
        run: () => {
          view.panel.value = 'chat';
        },
      },
    });
  });
  room.listen('room', ({ locked }) => {
    toasts.show(locked ? text.call.roomLocked : text.call.roomUnlocked, { key: 'room' });
  });
  return () => clearTimeout(gathering);
}

/** Hands, screens and mutes are seen as the difference of two states of a participant. */
function noteChanges({ session: { room, toasts } }: CallView): void {
  const known = new Map<ParticipantId, Participant>(room.participants.value);
  room.listen('participantUpdated', (person) => {
    const before = known.get(person.id);
    known.set(person.id, person);
    if (person.hand && before && !before.hand)
      toasts.show(text.call.handUp(person.name), { key: `hand-${person.id}` });
    if (before && !sharesScreen(before) && sharesScreen(person)) {
      toasts.show(text.call.startedSharing(person.name), { key: `screen-${person.id}` });
    }
  });
  room.listen('participantJoined', (person) => {
    known.set(person.id, person);
  });
  room.listen('participantLeft', ({ participant }) => {
    known.delete(participant.id);
  });
  let muted = false;
  room.listen('publications', (publications) => {
    const now = publications.get('microphone')?.mutedByHost ?? false;
    if (now && !muted) toasts.show(text.call.mutedByHost, { key: 'microphone', tone: 'warning' });
    muted = now;
  });
}

function sharesScreen(person: Participant): boolean {
  return person.tracks.some((track) => track.source === 'screen' && !track.muted);
}

function shorten(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
