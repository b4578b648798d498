/** Looks at a video track: the colour in the middle of its picture, and whether it moves. */
export class Eye {
  #video = document.createElement('video');
  #canvas = new OffscreenCanvas(32, 18);
  #frames = 0;

  constructor(track) {
    Object.assign(this.#video, { muted: true, autoplay: true, playsInline: true });
    this.#video.srcObject = new MediaStream([track]);
    document.body.append(this.#video);
    this.#video.play().catch(() => { /* An empty slot starts to play when media comes. */ });
    const count = () => {
      this.#frames++;
      this.#video.requestVideoFrameCallback(count);
    };
    this.#video.requestVideoFrameCallback?.(count);
  }

  look() {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (width === 0) return { frames: 0 };
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(this.#video, 0, 0, 32, 18);
    const [r, g, b] = context.getImageData(16, 5, 1, 1).data;
    return { frames: this.#frames, width, height, rgb: [r, g, b] };
  }

  close() {
    this.#video.srcObject = null;
    this.#video.remove();
  }
}
