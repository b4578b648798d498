/**
 * A Call without a server: people who are only painted. For the development page, screenshots and
 * tests of the page. Never part of the built page.
 */
import type { Call } from '../../sdk/src/call.ts';
import { Emitter } from '../../sdk/src/emitter.ts';
import type {
  CallEvents,
  CallState,
  CallStats,
  ChatMessage,
  Ending,
  JoinOptions,
  ModerationAct,
  Participant,
  ParticipantId,
  Publication,
  SelfParticipant,
  Slot,
  Source,
  Speaker,
  Track,
  View,
} from '../../sdk/src/index.ts';
import { faceTrack, screenTrack } from './faces.ts';
import { fakeStats } from './fake_stats.ts';
import { kNames, type Scenario } from './scenario.ts';

export class FakeCall extends Emitter<CallEvents> implements Call {
  state: CallState = 'connected';
  self: SelfParticipant;
  participants: ReadonlyMap<ParticipantId, Participant> = new Map();
  slots: ReadonlyMap<string, Slot> = new Map();
  chat: readonly ChatMessage[] = [];
  speakers: readonly Speaker[] = [];
  locked = false;
  publications: ReadonlyMap<Source, Publication> = new Map();
  negotiations = 1;
  readonly room: string;
  /** Every `view` asked for, for tests. */
  readonly views: (readonly View[])[] = [];

  readonly #pictures = new Map<string, MediaStreamTrack>();
  readonly #audio = new AudioContext();
  #trackId = 100;

  constructor(
    options: JoinOptions,
    readonly scenario: Scenario,
  ) {
    super();
    this.room = options.room;
    const grants = {
      canPublish: !scenario.watcher,
      canSubscribe: true,
      canChat: true,
      moderator: scenario.moderator,
      recorder: false,
      hidden: false,
    };
    this.self = { ...person('p_self', options.name || 'Guest', []), grants };
    this.#addSlots(options.videoSlots ?? 9, options.audioSlots ?? 3);
    for (const source of ['microphone', 'camera'] as const) {
      const track = options.publish?.[source];
      if (track) this.#setPublication(source, track, options.muted?.includes(source) ?? false);
    }
    this.participants = new Map(scenario.people.map((index) => [`p_${index}`, this.#guest(index)]));
    this.chat = scenario.chat;
    this.locked = scenario.locked;
  }

  /** What happens without anybody's doing: somebody speaks, qualities change. */
  live(): void {
    const { speaking, quality, reconnecting } = this.scenario;
    this.speakers = speaking.map((index, at) => ({
      id: index < 0 ? this.self.id : `p_${index}`,
      level: 20 + at,
    }));
    this.emit('speakers', this.speakers);
    for (const id of this.participants.keys())
      this.emit('quality', { id, score: quality.get(Number(id.slice(2))) ?? 3 });
    this.emit('quality', { id: this.self.id, score: 3 });
    if (!reconnecting) return;
    this.#setState('reconnecting');
    this.emit('reconnecting', { what: 'everything', attempt: 2, inMs: 2000 });
  }

  // The rest of the Call interface, and what a test makes others do.

  async publish(
    source: Source,
    track: MediaStreamTrack,
    options: { muted?: boolean } = {},
  ): Promise<void> {
    this.#setPublication(source, track, options.muted ?? false);
  }

  async unpublish(source: Source): Promise<void> {
    const publications = new Map(this.publications);
    publications.delete(source);
    this.publications = publications;
    this.emit('publications', publications);
  }

  async replaceTrack(source: Source, track: MediaStreamTrack | null): Promise<void> {
    this.#setPublication(source, track, this.publications.get(source)?.muted ?? false);
  }

  async setMuted(source: Source, muted: boolean): Promise<void> {
    this.#setPublication(source, this.publications.get(source)?.track ?? null, muted);
  }

  async view(views: readonly View[]): Promise<void> {
    this.views.push(views);
    const slots = new Map(this.slots);
    for (const { slot: mid, want } of views) {
      const slot = slots.get(mid);
      if (!slot) continue;
      if (typeof want === 'string')
        slots.set(mid, { ...slot, reason: 'empty', participant: undefined, source: undefined });
      else
        slots.set(mid, {
          ...slot,
          ...want,
          reason: 'shown',
          track: this.#picture(want.participant, want.source),
        });
    }
    this.slots = slots;
    this.emit('slots', slots);
  }

  async sendChat(words: string): Promise<ChatMessage> {
    return this.write(this.self, words);
  }

  async sendData(): Promise<void> {}

  async rename(name: string): Promise<void> {
    this.#setSelf({ ...this.self, name });
  }

  async raiseHand(hand: boolean): Promise<void> {
    this.#setSelf({ ...this.self, hand });
  }

  async moderate(act: ModerationAct, id?: ParticipantId, source?: Source): Promise<void> {
    if (act === 'lock' || act === 'unlock') {
      this.locked = act === 'lock';
      this.emit('room', { locked: this.locked });
      return;
    }
    const who = id === undefined ? undefined : this.participants.get(id);
    if (!who) return;
    if (act === 'remove') return this.goes(who.id, 'removed');
    const tracks = who.tracks.map((track) =>
      track.source === source ? { ...track, mutedByHost: act === 'mute' } : track,
    );
    this.change(who.id, { tracks });
  }

  async stats(): Promise<CallStats> {
    return fakeStats(this);
  }

  async ping(): Promise<number> {
    return 12;
  }

  retryNow(): void {
    this.#setState('connected');
  }

  async leave(): Promise<void> {
    this.end({ reason: 'left', message: '' });
  }

  end(ending: Ending): void {
    if (this.state === 'ended') return;
    this.#setState('ended');
    for (const track of this.#pictures.values()) track.stop();
    void this.#audio.close();
    this.emit('ended', ending);
  }

  comes(index: number): void {
    const guest = this.#guest(index);
    this.#setParticipants(new Map(this.participants).set(guest.id, guest));
    this.emit('participantJoined', guest);
  }

  goes(id: ParticipantId, reason: 'left' | 'removed' = 'left'): void {
    const participant = this.participants.get(id);
    if (!participant) return;
    const rest = new Map(this.participants);
    rest.delete(id);
    this.#setParticipants(rest);
    this.emit('participantLeft', { participant, reason });
  }

  change(id: ParticipantId, change: Partial<Participant>): void {
    const before = this.participants.get(id);
    if (!before) return;
    const after = { ...before, ...change };
    this.#setParticipants(new Map(this.participants).set(id, after));
    this.emit('participantUpdated', after);
  }

  speaks(ids: readonly ParticipantId[]): void {
    this.speakers = ids.map((id) => ({ id, level: 20 }));
    this.emit('speakers', this.speakers);
  }

  hostMutes(source: Source): void {
    const publication = this.publications.get(source);
    if (!publication) return;
    this.publications = new Map(this.publications).set(source, {
      ...publication,
      mutedByHost: true,
    });
    this.emit('publications', this.publications);
  }

  write(from: Participant, words: string): ChatMessage {
    const seq = (this.chat.at(-1)?.seq ?? 0) + 1;
    const message = {
      id: `c_${seq}`,
      seq,
      from: from.id,
      fromName: from.name,
      text: words,
      time: new Date().toISOString(),
    };
    this.chat = [...this.chat, message];
    this.emit('messages', this.chat);
    this.emit('chat', message);
    return message;
  }

  #guest(index: number): Participant {
    const { cameraOff, muted, hands, sharing, away } = this.scenario;
    const tracks: Track[] = [this.#track('microphone', muted.has(index))];
    if (!cameraOff.has(index)) tracks.push(this.#track('camera', false));
    if (sharing.has(index)) tracks.push(this.#track('screen', false));
    const name = kNames[index % kNames.length] as string;
    return {
      ...person(`p_${index}`, name, tracks),
      hand: hands.has(index),
      connection: away.has(index) ? 'reconnecting' : 'connected',
    };
  }

  #track(source: Source, muted: boolean): Track {
    const kind = source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video';
    return {
      id: ++this.#trackId,
      source,
      kind,
      codec: kind === 'audio' ? 'opus' : 'VP8',
      muted,
      mutedByHost: false,
    };
  }

  #addSlots(video: number, audio: number): void {
    const silence = this.#audio
      .createMediaStreamDestination()
      .stream.getAudioTracks()[0] as MediaStreamTrack;
    const blank = faceTrack(0, 16, 16);
    this.slots = new Map(
      [
        ...Array.from({ length: audio }, (_, n): Slot => ({
          mid: `${n}`,
          kind: 'audio',
          track: silence,
          reason: 'empty',
        })),
        ...Array.from({ length: video }, (_, n): Slot => ({
          mid: `${audio + n}`,
          kind: 'video',
          track: blank,
          reason: 'empty',
        })),
      ].map((slot) => [slot.mid, slot]),
    );
  }

  /** A painted picture per person: unlike a real slot, the track changes with who is in it. */
  #picture(id: ParticipantId, source: Source): MediaStreamTrack {
    const key = `${id}/${source}`;
    const track =
      this.#pictures.get(key) ??
      (source === 'screen' ? screenTrack() : faceTrack(Number(id.slice(2))));
    this.#pictures.set(key, track);
    return track;
  }

  #setPublication(source: Source, track: MediaStreamTrack | null, muted: boolean): void {
    const kind = source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video';
    this.publications = new Map(this.publications).set(source, {
      source,
      kind,
      track,
      muted,
      mutedByHost: false,
    });
    this.emit('publications', this.publications);
  }

  #setParticipants(participants: ReadonlyMap<ParticipantId, Participant>): void {
    this.participants = participants;
    this.emit('participants', participants);
  }

  #setSelf(self: SelfParticipant): void {
    this.self = self;
    this.emit('self', self);
  }

  #setState(state: CallState): void {
    this.state = state;
    this.emit('state', state);
  }
}

function person(id: ParticipantId, name: string, tracks: readonly Track[]): Participant {
  return {
    id,
    identity: `${name.toLowerCase()}-${id}`,
    name,
    via: 'websocket',
    connection: 'connected',
    joinedAt: new Date().toISOString(),
    hand: false,
    tracks,
  };
}
