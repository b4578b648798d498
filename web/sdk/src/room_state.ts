// What we know of the room, as a value, and how the server's words change it. Pure.
import type {
  ChatMessage, Participant, ParticipantId, SelfParticipant, Speaker,
} from './types.ts';
import type { Joined, WireEvent, WireSlot } from './wire.ts';

export interface RoomState {
  readonly self: SelfParticipant;
  readonly locked: boolean;
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  readonly slots: ReadonlyMap<string, WireSlot>;
  readonly chat: readonly ChatMessage[];
  readonly speakers: readonly Speaker[];
  /** Of the last event taken in. */
  readonly seq: number;
}

/** A reply to `join`, new or resumed, replaces everything. */
export function fromSnapshot(joined: Joined): RoomState {
  return {
    self: joined.self,
    locked: joined.room.locked,
    participants: new Map(joined.participants.map((each) => [each.id, each])),
    slots: new Map(joined.slots.map((each) => [each.mid, each])),
    chat: [...joined.chat].sort((a, b) => a.seq - b.seq),
    speakers: [],
    seq: joined.seq,
  };
}

/** The state after an event; the same object if it changes nothing that is kept here. */
export function reduce(state: RoomState, event: WireEvent): RoomState {
  if (event.seq <= state.seq) return state;  // Already in the snapshot of a resumed connection.
  return { ...change(state, event), seq: event.seq };
}

function change(state: RoomState, event: WireEvent): RoomState {
  switch (event.name) {
    case 'participantJoined':
    case 'participantUpdated': {
      const { participant } = event.data;
      if (participant.id === state.self.id) {
        return { ...state, self: { ...state.self, ...participant } };
      }
      return { ...state, participants: new Map(state.participants).set(participant.id, participant) };
    }
    case 'participantLeft': {
      const participants = new Map(state.participants);
      participants.delete(event.data.id);
      const speakers = state.speakers.filter(({ id }) => id !== event.data.id);
      return { ...state, participants, speakers };
    }
    case 'slots': {
      const slots = new Map(state.slots);
      for (const slot of event.data.slots) slots.set(slot.mid, slot);
      return { ...state, slots };
    }
    case 'speakers':
      return { ...state, speakers: event.data.speakers };
    case 'chat':
      return { ...state, chat: withMessage(state.chat, event.data.message) };
    case 'room':
      return { ...state, locked: event.data.locked };
    default:
      return state;
  }
}

/** Ordered by `seq`, each once. */
export function withMessage(
  chat: readonly ChatMessage[], message: ChatMessage,
): readonly ChatMessage[] {
  if (chat.some(({ id }) => id === message.id)) return chat;
  const after = chat.findIndex(({ seq }) => seq > message.seq);
  return after < 0 ? [...chat, message] : [...chat.slice(0, after), message, ...chat.slice(after)];
}

/** Who is new, who is gone, who is different, for telling it after a snapshot. */
export function differences(
  before: ReadonlyMap<ParticipantId, Participant>, after: ReadonlyMap<ParticipantId, Participant>,
): { joined: Participant[]; left: Participant[]; updated: Participant[] } {
  const everybody = [...after.values()];
  return {
    joined: everybody.filter(({ id }) => !before.has(id)),
    left: [...before.values()].filter(({ id }) => !after.has(id)),
    updated: everybody.filter((each) => {
      const old = before.get(each.id);
      return old !== undefined && JSON.stringify(old) !== JSON.stringify(each);
    }),
  };
}
