import type {
  CallEvents, CallState, CallStats, ChatMessage, ModerationAct, Participant, ParticipantId,
  Publication, SelfParticipant, Slot, Source, Speaker, View,
} from './types.ts';

/**
 * One stay in one room, from `join` to `leave`. Reconnects by itself: after a lost WebSocket, lost
 * media or a restarted server the same object goes on, with the same publications and views.
 *
 * Methods that ask the server for something reject with ParlourError. What a client publishes and
 * wants to see is remembered while offline and done once the connection is back.
 */
export interface Call {
  readonly state: CallState;
  /** `self.id` may change when the server had to be joined anew. */
  readonly self: SelfParticipant;
  readonly room: string;
  /** The others, by id. */
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  /** By mid, audio slots first. New tracks after a re-join on a new PeerConnection. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Ordered by `seq`; a re-join to a living room keeps ids. */
  readonly chat: readonly ChatMessage[];
  readonly speakers: readonly Speaker[];
  readonly locked: boolean;
  readonly publications: ReadonlyMap<Source, Publication>;
  /** Offers answered on the present PeerConnection; slot switches do not add to it. */
  readonly negotiations: number;

  /** Sends a track to the room; done when the server has answered. Replaces an earlier one. */
  publish(source: Source, track: MediaStreamTrack, options?: { muted?: boolean }): Promise<void>;
  /** Stops sending; the track itself is left running for its owner to stop. */
  unpublish(source: Source): Promise<void>;
  /**
   * Another track (device) in the same publication, without negotiation; null sends nothing while
   * the publication stays.
   */
  replaceTrack(source: Source, track: MediaStreamTrack | null): Promise<void>;
  /** Tells everybody, and silences the track here: nothing of it is sent. */
  setMuted(source: Source, muted: boolean): Promise<void>;

  /** What the named slots should show; others are left as they are. */
  view(views: readonly View[]): Promise<void>;

  /** Everybody, or one participant. Resolves with the message as everybody sees it. */
  sendChat(text: string, to?: ParticipantId): Promise<ChatMessage>;
  /** At most 16 KiB, by the data channel or, while that is not open, the WebSocket. */
  sendData(payload: string, to?: ParticipantId): Promise<void>;

  rename(name: string): Promise<void>;
  raiseHand(raised: boolean): Promise<void>;
  /** Needs `self.grants.moderator`. `remove` takes a participant, `mute` a source as well. */
  moderate(act: ModerationAct, participant?: ParticipantId, source?: Source): Promise<void>;

  /** Rates are over the time since the call before this one. */
  stats(): Promise<CallStats>;
  /** Milliseconds to the server and back over the WebSocket. */
  ping(): Promise<number>;

  /** The page knows better than a timer (it came to the front, the network is back): try now. */
  retryNow(): void;
  /** Ends the stay; the published tracks are left running. Never rejects. */
  leave(): Promise<void>;

  on<K extends keyof CallEvents>(name: K, listener: (data: CallEvents[K]) => void): () => void;
  off<K extends keyof CallEvents>(name: K, listener: (data: CallEvents[K]) => void): void;
}
