/**
 * How loud a microphone is, 0 to 1, about 15 times a second. Listens to a clone of the track, so
 * that it hears also what is muted towards the call ("you are muted but talking").
 */

const kPeriodMs = 66;
/** The quietest and loudest level that the meter shows, dBFS. */
const kFloorDb = -60;
const kCeilingDb = -12;

/** Starts metering; the function returned stops it. */
export function meterLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const context = new AudioContext();
  const copy = track.clone();
  copy.enabled = true;
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([copy])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    // Browsers start a context suspended until the page was touched; try until it runs.
    if (context.state === 'suspended') void context.resume();
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
  }, kPeriodMs);
  return () => {
    clearInterval(timer);
    copy.stop();
    void context.close();
  };
}

export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, (db - kFloorDb) / (kCeilingDb - kFloorDb)));
}

/** Tells speech from a knock: loud for most of a second. Pure; fed with levels in time order. */
export class TalkDetector {
  #loudMs = 0;
  #last: number | undefined;

  constructor(
    readonly threshold = 0.45,
    readonly neededMs = 600,
  ) {}

  /** True once, when speech is certain; then it must be quiet again first. */
  feed(level: number, nowMs: number): boolean {
    const passed = this.#last === undefined ? 0 : Math.min(200, nowMs - this.#last);
    this.#last = nowMs;
    const before = this.#loudMs;
    // Speech has gaps: silence counts back more slowly than sound counts up.
    this.#loudMs = Math.max(
      0,
      Math.min(this.neededMs, before + (level >= this.threshold ? passed : -passed / 2)),
    );
    return this.#loudMs >= this.neededMs && before < this.neededMs;
  }

  reset(): void {
    this.#loudMs = 0;
    this.#last = undefined;
  }
}
