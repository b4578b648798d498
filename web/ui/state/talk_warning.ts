/** "You are muted, nobody hears you": for those who talk into a muted microphone. */
import { effect } from '@preact/signals';
import { text } from '../messages.ts';
import type { CallSession } from './call_session.ts';
import { meterLevel, TalkDetector } from './level_meter.ts';

/** After a hint this long nothing more is said: coughs and side talk are nobody's business. */
const kQuietMs = 20_000;

export function warnWhenTalkingMuted(session: CallSession): () => void {
  let lastHint = -Infinity;
  return effect(() => {
    const track = session.media.microphone.value;
    if (!track || session.microphoneOn.value) return;
    const detector = new TalkDetector();
    const stop = meterLevel(track, (level) => {
      const now = performance.now();
      if (!detector.feed(level, now) || now - lastHint < kQuietMs) return;
      lastHint = now;
      session.toasts.show(text.call.mutedTalking, {
        key: 'muted-talking',
        tone: 'warning',
        forMs: 6000,
        action: { label: text.controls.unmute, run: () => void session.setMicrophone(true) },
      });
    });
    return stop;
  });
}
