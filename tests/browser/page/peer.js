// Runs in the browser: one participant, driven by the tests through `window.peer`.
import { join } from '/sdk/parlour.js';
import { Eye } from './eye.js';
import { Ear } from './ear.js';
import { picture, tone } from './source.js';

let call;
let ear;
const eyes = new Map();
const told = [];
const kHeard = ['state', 'ended', 'reconnecting', 'warning', 'participantJoined', 'participantLeft', 'data', 'quality', 'draining'];

window.peer = {
  /** `picture`: a colour "r,g,b"; `tone`: hertz; `devices`: getUserMedia instead. */
  async join({ picture: colour, size, tone: hertz, devices, ...options }) {
    const publish = {};
    if (devices) {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      [publish.microphone] = stream.getAudioTracks();
      [publish.camera] = stream.getVideoTracks();
    }
    if (colour) publish.camera = picture(colour, size);
    if (hertz) publish.microphone = tone(hertz);
    call = await join({ url: location.origin, videoSlots: 4, publish, ...options });
    window.call = call;
    ear = new Ear();
    for (const name of kHeard) call.on(name, (data) => told.push({ name, data: plain(data) }));
    call.on('slots', attend);
    attend();
    return call.self.id;
  },

  async publish(source, colourOrHertz, size) {
    const track = typeof colourOrHertz === 'number' ? tone(colourOrHertz) : picture(colourOrHertz, size);
    if (source.startsWith('screen')) track.contentHint = track.kind === 'video' ? 'detail' : '';
    await call.publish(source, track);
  },

  /** What each video slot shows now. */
  seen() {
    return [...call.slots.values()].filter(({ kind }) => kind === 'video')
      .map(({ mid, reason, participant, source, track }) => (
        { mid, reason, participant, source, ...eyes.get(track)?.look() }));
  },

  /** Tones in the sum of all audio slots, hertz, of those asked about. */
  heard(tones) {
    return ear.among(tones);
  },

  state() {
    const { state, self, participants, publications, chat, locked, negotiations, speakers } = call;
    return plain({
      state, self, participants: [...participants.values()], chat, locked, negotiations, speakers,
      publications: [...publications.values()].map(({ source, muted, mutedByHost }) => ({ source, muted, mutedByHost })),
    });
  },

  told: (name) => told.filter((each) => !name || each.name === name).map(({ data }) => data),
};

/** New tracks after a re-join get new eyes; those of the old connection are closed. */
function attend() {
  const tracks = new Set([...call.slots.values()].map(({ track }) => track));
  for (const [track, eye] of eyes) {
    if (tracks.has(track)) continue;
    eye.close();
    eyes.delete(track);
  }
  for (const { kind, track } of call.slots.values()) {
    if (kind === 'video' && !eyes.has(track)) eyes.set(track, new Eye(track));
    if (kind === 'audio') ear.listen(track);
  }
}

const plain = (value) => JSON.parse(JSON.stringify(value ?? null));
window.ready = true;
