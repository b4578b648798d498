// The client library's public vocabulary. Plain data: nothing here does anything.
//
// Collections that a Call gives out (participants, slots, messages, publications) are never changed
// in place: every change makes a new one, so they can be compared by identity and put into a
// signal or a store as they are.

export type ParticipantId = string;

/** What a track shows or carries. `microphone` and `screenAudio` are audio, the others video. */
export type Source = 'microphone' | 'camera' | 'screen' | 'screenAudio';
export type Kind = 'audio' | 'video';
export type Via = 'websocket' | 'whip' | 'whep' | 'ingress';
/** The media of a participant as the server sees it. */
export type Connection = 'connecting' | 'connected' | 'reconnecting';
export type LeaveReason =
  | 'left' | 'removed' | 'replaced' | 'timedOut' | 'failed' | 'serverStopping';
/** 0 lost, 1 poor, 2 fair, 3 good. */
export type QualityScore = 0 | 1 | 2 | 3;

/** A track that somebody publishes. */
export interface Track {
  readonly id: number;
  readonly source: Source;
  readonly kind: Kind;
  /** As in rtpmap: "VP8", "H264", "opus"... */
  readonly codec: string;
  readonly muted: boolean;
  /** A moderator muted it: its media stops at the server whatever its publisher does. */
  readonly mutedByHost: boolean;
}

export interface Participant {
  readonly id: ParticipantId;
  readonly identity: string;
  readonly name: string;
  readonly via: Via;
  readonly connection: Connection;
  /** RFC 3339. */
  readonly joinedAt: string;
  readonly hand: boolean;
  readonly tracks: readonly Track[];
}

export interface Grants {
  readonly canPublish: boolean;
  readonly canSubscribe: boolean;
  readonly canChat: boolean;
  readonly moderator: boolean;
  readonly recorder: boolean;
  readonly hidden: boolean;
}

export interface SelfParticipant extends Participant {
  readonly grants: Grants;
}

/**
 * Why a slot shows what it shows. `shown`: media flows. `empty`: nobody is in it. `muted`: its
 * participant is muted there. `undecodable`: this browser lacks the codec. `gone`: what was asked
 * for is not published (any more).
 */
export type SlotReason = 'shown' | 'empty' | 'muted' | 'undecodable' | 'gone';

/** A fixed place that receives media. Its `track` stays the same while people change in it. */
export interface Slot {
  /** Names the slot in `view`. */
  readonly mid: string;
  readonly kind: Kind;
  /** Put it into a MediaStream and play it; never stops while the Call lives on one connection. */
  readonly track: MediaStreamTrack;
  readonly reason: SlotReason;
  readonly participant?: ParticipantId;
  readonly source?: Source;
}

/** What a slot should show. */
export interface View {
  /** `Slot.mid` of a video slot. */
  readonly slot: string;
  /** `auto`: whoever speaks; `none`: nothing, which saves its bandwidth. */
  readonly want: 'auto' | 'none' | { readonly participant: ParticipantId; readonly source: Source };
  /** Pixels of the device (CSS pixels × devicePixelRatio): the server picks the layer by them. */
  readonly width?: number;
  readonly height?: number;
}

export interface ChatMessage {
  /** The same for everybody; messages are ordered by `seq`. */
  readonly id: string;
  readonly seq: number;
  readonly from: ParticipantId;
  readonly fromName: string;
  /** Absent: for everybody. */
  readonly to?: ParticipantId;
  readonly text: string;
  /** RFC 3339. */
  readonly time: string;
}

export interface Speaker {
  readonly id: ParticipantId;
  /** -dBov: 0 is the loudest, 127 silence. */
  readonly level: number;
}

export interface DataMessage {
  readonly from: ParticipantId;
  readonly to?: ParticipantId;
  readonly payload: string;
}

/** Something of ours that others can see or hear. */
export interface Publication {
  readonly source: Source;
  readonly kind: Kind;
  /** Null between `replaceTrack(source, null)` and the next track (a camera switched off). */
  readonly track: MediaStreamTrack | null;
  readonly muted: boolean;
  readonly mutedByHost: boolean;
}

export type ModerationAct = 'mute' | 'unmute' | 'remove' | 'lock' | 'unlock';

/**
 * `joining` until the server let us in; `reconnecting` while the WebSocket or the media is being
 * brought back (media often still flows); `ended` is for ever.
 */
export type CallState = 'joining' | 'connected' | 'reconnecting' | 'ended';

/** What someone can do about an error: see docs/protocol.md. */
export type ErrorAction = 'fix' | 'wait' | 'auth' | 'rejoin' | 'none';

/** Error codes of the server (docs/protocol.md, "Error codes"). */
export type ServerErrorCode =
  | 'bad_message' | 'too_large' | 'too_deep' | 'too_many' | 'unknown_type' | 'bad_version'
  | 'not_joined' | 'already_joined' | 'out_of_order' | 'bad_offer' | 'unsupported_offer'
  | 'fingerprint_changed' | 'auth_required' | 'token_invalid' | 'token_expired' | 'token_room'
  | 'auth_unavailable' | 'not_allowed' | 'not_moderator' | 'room_full' | 'room_locked' | 'server_full'
  | 'too_many_joins' | 'draining' | 'resume_expired' | 'no_such_participant' | 'no_such_slot'
  | 'no_such_track' | 'chat_too_long' | 'chat_empty' | 'internal';

/** Errors that arise on this side. */
export type ClientErrorCode =
  /** No WebSocket could be opened: wrong address, no network, server down. */
  | 'unreachable'
  /** The server did not answer in time. */
  | 'timeout'
  /** The connection went away before the answer. */
  | 'disconnected'
  /** The call has ended, or was ended while waiting. */
  | 'ended'
  /** This browser cannot do WebRTC, or refused a description. */
  | 'unsupported'
  /** The arguments of the call do not fit together. */
  | 'bad_argument'
  /** Data messages were missed because this connection reads too slowly. */
  | 'slow';

export type ErrorCode = ServerErrorCode | ClientErrorCode;

/** Why and how a call is over, for good. */
export interface Ending {
  /** `left`: by `leave()`. `refused`: a re-join was refused, see `error`. `lost`: gave up. */
  readonly reason: LeaveReason | 'refused' | 'lost';
  readonly message: string;
  readonly code?: ErrorCode;
}

export interface Reconnecting {
  /** What is being brought back. */
  readonly what: 'signalling' | 'media' | 'everything';
  /** 1 is the first attempt. */
  readonly attempt: number;
  /** Milliseconds until the attempt begins; `retryNow()` begins it at once. */
  readonly inMs: number;
}

export interface JoinOptions {
  /** `wss://host/v1/ws`, or the server's address (`https://host`), to which `/v1/ws` is added. */
  url: string;
  room: string;
  name: string;
  /** JWT; a function is asked again at every re-join, since tokens expire. */
  token?: string | (() => string | Promise<string>);
  /** Only where the server runs without authentication; a token names its own. */
  identity?: string;
  /** Video slots to receive with, 1 to 49; 9 unless told. */
  videoSlots?: number;
  /** Audio slots to receive with, 1 to 3; 3 unless told. */
  audioSlots?: number;
  /** Send the camera in up to three sizes; true unless told. */
  simulcast?: boolean;
  /** Give up reconnecting after this long; 5 minutes unless told. */
  reconnectForMs?: number;
  /** Published with the join itself, which saves a round trip. */
  publish?: Partial<Record<Source, MediaStreamTrack>>;
  /** Sources of `publish` that start muted. */
  muted?: readonly Source[];
  /** Ends a join that has not finished: the promise is rejected with `ended`. */
  signal?: AbortSignal;
  /** Stand-ins for the browser's own, for tests. */
  platform?: Partial<Platform>;
}

/** The pieces of the browser that the library uses. */
export interface Platform {
  createPeerConnection(config: RTCConfiguration): RTCPeerConnection;
  createWebSocket(url: string, protocol: string): WebSocket;
  /** `RTCRtpReceiver.getCapabilities`. */
  receiverCapabilities(kind: Kind): RTCRtpCapabilities | null;
  now(): number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
  /** 0 to 1, for jitter in back-off. */
  random(): number;
}

/** What a Call tells. `call.on(name, listener)` returns a function that stops listening. */
export interface CallEvents {
  state: CallState;
  reconnecting: Reconnecting;
  ended: Ending;
  /** Ourselves changed: name, hand, tracks, id after a re-join. */
  self: SelfParticipant;
  participantJoined: Participant;
  participantUpdated: Participant;
  participantLeft: { readonly participant: Participant; readonly reason: LeaveReason };
  /** After any change to `participants`, with the new map. */
  participants: ReadonlyMap<ParticipantId, Participant>;
  slots: ReadonlyMap<string, Slot>;
  publications: ReadonlyMap<Source, Publication>;
  /** Loudest first; empty when nobody speaks. */
  speakers: readonly Speaker[];
  /** A message that is new, ours too. */
  chat: ChatMessage;
  /** After any change to `chat`, with the whole list. */
  messages: readonly ChatMessage[];
  data: DataMessage;
  room: { readonly locked: boolean };
  quality: { readonly id: ParticipantId; readonly score: QualityScore };
  /** The server is going to stop; the call goes on for about this long, then re-joins. */
  draining: { readonly deadlineMs: number };
  /** An offer was answered; `count` on this PeerConnection. */
  negotiated: { readonly count: number };
  /** Something in the background failed that no promise tells of. */
  warning: { readonly code: ErrorCode; readonly message: string };
}

/** One track being sent or received, over the time since the last `stats()`. */
export interface TrackStats {
  readonly direction: 'in' | 'out';
  readonly mid: string;
  readonly kind: Kind;
  /** What is in it, as known from slots and publications. */
  readonly participant?: ParticipantId;
  readonly source?: Source;
  /** Simulcast layer; only with direction `out`. */
  readonly rid?: string;
  readonly codec?: string;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly bitsPerSecond: number;
  /** 0 to 1, over the interval; of `out` as the server reports it. */
  readonly lossRatio?: number;
  readonly packetsLost?: number;
  readonly jitterMs?: number;
  readonly rttMs?: number;
  readonly framesDecoded?: number;
  readonly framesEncoded?: number;
  readonly freezeCount?: number;
  readonly freezeSeconds?: number;
  readonly nackCount?: number;
  readonly pliCount?: number;
  /** `none`, `cpu`, `bandwidth`, `other`. */
  readonly limitedBy?: string;
  readonly active?: boolean;
  /** Audio: 0 to 1. */
  readonly audioLevel?: number;
}

export interface CandidateStats {
  readonly type: string;
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

export interface ConnectionStats {
  readonly ice: RTCIceConnectionState;
  readonly dtls: string;
  readonly local?: CandidateStats;
  readonly remote?: CandidateStats;
  readonly rttMs?: number;
  /** What the browser thinks that it may send, bits per second. */
  readonly availableOutgoing?: number;
  readonly bitsPerSecondIn: number;
  readonly bitsPerSecondOut: number;
}

export interface CallStats {
  /** Milliseconds, `Platform.now()`. */
  readonly time: number;
  readonly connection: ConnectionStats;
  readonly tracks: readonly TrackStats[];
  readonly negotiations: number;
}
