// What goes over the WebSocket (docs/protocol.md; exact form in ../schema/protocol.schema.json).
import type {
  ChatMessage, DataMessage, ErrorAction, LeaveReason, ModerationAct, Participant, ParticipantId,
  QualityScore, SelfParticipant, SlotReason, Source, Speaker,
} from './types.ts';

export const kProtocolVersion = 1;
export const kSubprotocol = 'parlour.v1';

export interface WirePublish {
  mid: string;
  source: Source;
  muted: boolean;
}

export interface WireOffer {
  sdp: string;
  publish: WirePublish[];
}

export interface WireSlot {
  mid: string;
  reason: SlotReason;
  participant?: ParticipantId;
  source?: Source;
  track?: number;
  csrc?: number;
}

export interface WireView {
  mid: string;
  want: 'auto' | 'none' | { participant: ParticipantId; source: Source };
  width?: number;
  height?: number;
}

/** The fields of every request, without `type` and `id`. */
export interface Requests {
  join: {
    version: number;
    room: string;
    name?: string;
    identity?: string;
    token?: string;
    offer?: WireOffer;
    resume?: string;
  };
  offer: WireOffer;
  view: { slots: WireView[] };
  mute: { mid: string; muted: boolean };
  rename: { name: string };
  hand: { raised: boolean };
  chat: { text: string; to?: ParticipantId };
  data: { payload: string; to?: ParticipantId };
  moderate: { act: ModerationAct; participant?: ParticipantId; source?: Source };
  stats: Record<string, never>;
  ping: Record<string, never>;
  leave: Record<string, never>;
}

export interface Joined {
  version: number;
  self: SelfParticipant;
  room: { name: string; locked: boolean };
  participants: Participant[];
  slots: WireSlot[];
  chat: ChatMessage[];
  resume: { token: string; windowMs: number };
  seq: number;
  /** Only where the join had an offer. */
  answer?: string;
}

export interface Results {
  join: Joined;
  offer: { answer: string };
  view: object;
  mute: object;
  rename: object;
  hand: object;
  chat: { message: ChatMessage };
  data: object;
  moderate: object;
  stats: { participant: object };
  ping: { time: string };
  leave: object;
}

export interface WireEvents {
  participantJoined: { participant: Participant };
  participantUpdated: { participant: Participant };
  participantLeft: { id: ParticipantId; reason: LeaveReason };
  slots: { slots: WireSlot[] };
  speakers: { speakers: Speaker[] };
  chat: { message: ChatMessage };
  data: DataMessage;
  room: { locked: boolean };
  quality: { id: ParticipantId; score: QualityScore };
  draining: { deadlineMs: number };
  ended: { reason: LeaveReason; message: string };
}

/** An event as it arrived: one member per name, so that `name` tells the type of `data`. */
export type WireEvent = {
  [K in keyof WireEvents]: { seq: number; name: K; data: WireEvents[K] };
}[keyof WireEvents];

export interface WireError {
  to?: string;
  id: number;
  code: string;
  message: string;
  action: ErrorAction;
  retryAfterMs?: number;
}
