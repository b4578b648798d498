/** Two soft notes on the chosen speaker. */
import { routeTo } from './sound_output.ts';

const kNotes = [523.25, 783.99]; // C5, G5
const kNoteSeconds = 0.45;

export async function playTestSound(speakerId: string): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  kNotes.forEach((frequency, index) => {
    const start = context.currentTime + 0.05 + index * kNoteSeconds * 0.6;
    const tone = new OscillatorNode(context, { frequency, type: 'sine' });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.25, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + kNoteSeconds);
    tone.connect(volume).connect(output);
    tone.start(start);
    tone.stop(start + kNoteSeconds);
  });
  const player = new Audio();
  player.srcObject = output.stream;
  routeTo(player, speakerId);
  await player.play().catch(() => undefined); // called from a click: refusal means no sound device
  setTimeout(() => void context.close(), 2000);
}
