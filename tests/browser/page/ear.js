const kAudible = -60;  // dB of full scale in one bin; silence is below -100.

/** Hears all audio tracks together and tells pure tones apart. */
export class Ear {
  #context = new AudioContext();
  #analyser = new AnalyserNode(this.#context, { fftSize: 8192, smoothingTimeConstant: 0.2 });
  #known = new Set();

  listen(track) {
    if (this.#known.has(track)) return;
    this.#known.add(track);
    const stream = new MediaStream([track]);
    // Chromium gives a remote track to WebAudio only while an element plays it
    // (https://crbug.com/40094084).
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    element.play().catch(() => { /* Of no consequence: it is muted. */ });
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
    this.#context.resume();
  }

  among(tones) {
    const levels = new Float32Array(this.#analyser.frequencyBinCount);
    this.#analyser.getFloatFrequencyData(levels);
    const width = this.#context.sampleRate / this.#analyser.fftSize;
    return tones.filter((hertz) => {
      const bin = Math.round(hertz / width);
      const peak = Math.max(...levels.slice(bin - 1, bin + 2));
      return peak > kAudible;
    });
  }
}
