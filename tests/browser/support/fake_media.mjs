// Files for Chromium's fake devices: a picture of one colour with a moving bar, and a tone.
import { writeFileSync } from 'node:fs';

const kWidth = 320;
const kHeight = 180;
const kFps = 10;

/** BT.601, studio range, as Chromium reads y4m. */
function yuv([r, g, b]) {
  return [
    16 + 0.257 * r + 0.504 * g + 0.098 * b,
    128 - 0.148 * r - 0.291 * g + 0.439 * b,
    128 + 0.439 * r - 0.368 * g - 0.071 * b,
  ].map(Math.round);
}

/** Two seconds; the bar at the lower edge moves, so that every frame differs from the one before. */
export function writeVideo(path, rgb) {
  const [y, u, v] = yuv(rgb);
  const frames = [];
  for (let frame = 0; frame < 2 * kFps; frame++) {
    const luma = Buffer.alloc(kWidth * kHeight, y);
    const bar = Math.floor(frame * kWidth / (2 * kFps));
    for (let line = kHeight - 20; line < kHeight; line++) luma.fill(235, line * kWidth, line * kWidth + bar);
    frames.push(
      Buffer.from('FRAME\n'), luma,
      Buffer.alloc(kWidth * kHeight / 4, u), Buffer.alloc(kWidth * kHeight / 4, v));
  }
  const header = Buffer.from(`YUV4MPEG2 W${kWidth} H${kHeight} F${kFps}:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([header, ...frames]));
}

/** One second of a sine, 16-bit mono; whole periods, so that it loops without a click. */
export function writeTone(path, hertz) {
  const rate = 48_000;
  const samples = Buffer.alloc(rate * 2);
  for (let i = 0; i < rate; i++) {
    samples.writeInt16LE(Math.round(8000 * Math.sin(2 * Math.PI * hertz * i / rate)), 2 * i);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  writeFileSync(path, Buffer.concat([header, samples]));
}
