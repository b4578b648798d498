/** Animated pictures made on a canvas: stand-ins for cameras and screens on the development page. */

export interface Look {
  readonly wall: string;
  readonly light: string;
  readonly coat: string;
  readonly hair: string;
  readonly skin: string;
  /** 0 short, 1 long, 2 curls, 3 bald with glasses. */
  readonly style: number;
}

const kLooks: readonly Look[] = [
  {
    wall: '#9fb4a6',
    light: '#d9e3d4',
    coat: '#1f5d4a',
    hair: '#33231c',
    skin: '#e2b08c',
    style: 1,
  },
  {
    wall: '#c9b391',
    light: '#f0e0c2',
    coat: '#8c3f2c',
    hair: '#191516',
    skin: '#8d5a3c',
    style: 0,
  },
  {
    wall: '#8ea3b8',
    light: '#d3dfe9',
    coat: '#2a3f5f',
    hair: '#b98a4e',
    skin: '#f0c8a8',
    style: 2,
  },
  {
    wall: '#b59aa8',
    light: '#ead9e1',
    coat: '#5d2e50',
    hair: '#0f0d10',
    skin: '#c68e68',
    style: 1,
  },
  { wall: '#a8a27e', light: '#e8e4c4', coat: '#4b4a28', hair: '#777', skin: '#ecc0a0', style: 3 },
  {
    wall: '#7d93a0',
    light: '#c7dbe4',
    coat: '#c07a2c',
    hair: '#2a1a12',
    skin: '#74482e',
    style: 2,
  },
  {
    wall: '#b3a08f',
    light: '#e9dccf',
    coat: '#3a3a44',
    hair: '#6d3b20',
    skin: '#f2cdb0',
    style: 0,
  },
  {
    wall: '#92ad9d',
    light: '#d4e8db',
    coat: '#7a2f3e',
    hair: '#1b1512',
    skin: '#a76e4a',
    style: 1,
  },
];

const kFps = 12;

export type Painter = (draw: CanvasRenderingContext2D, seconds: number) => void;

/** A live video track that `paint` draws; ends its timer with the track. */
export function paintedTrack(
  width: number,
  height: number,
  paint: Painter,
  fps = kFps,
): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const draw = canvas.getContext('2d');
  const track = canvas.captureStream(fps).getVideoTracks()[0];
  if (!draw || !track) throw new Error('this browser has no canvas capture');
  const step = () => paint(draw, performance.now() / 1000);
  step();
  const timer = setInterval(() => {
    if (track.readyState === 'ended') clearInterval(timer);
    else step();
  }, 1000 / fps);
  return track;
}

export function faceTrack(index: number, width = 640, height = 360): MediaStreamTrack {
  const look = kLooks[index % kLooks.length] as Look;
  return paintedTrack(width, height, (draw, seconds) =>
    paintPerson(draw, look, seconds + index * 1.7),
  );
}

export function screenTrack(): MediaStreamTrack {
  return paintedTrack(1280, 720, paintSlide, 5);
}

function paintPerson(draw: CanvasRenderingContext2D, look: Look, t: number): void {
  const { width: w, height: h } = draw.canvas;
  const room = draw.createRadialGradient(w * 0.25, h * 0.2, h * 0.1, w * 0.4, h * 0.4, w * 0.8);
  room.addColorStop(0, look.light);
  room.addColorStop(1, look.wall);
  draw.fillStyle = room;
  draw.fillRect(0, 0, w, h);
  draw.fillStyle = 'rgb(255 255 255 / 0.28)';
  draw.fillRect(w * 0.72, h * 0.12, w * 0.2, h * 0.42);
  draw.fillStyle = 'rgb(40 30 20 / 0.14)';
  draw.fillRect(w * 0.06, h * 0.58, w * 0.2, h * 0.42);
  const sway = Math.sin(t * 0.9) * w * 0.006;
  const nod = Math.sin(t * 1.7) * h * 0.006;
  draw.save();
  draw.translate(w / 2 + sway, h * 0.48 + nod);
  draw.scale(h / 360, h / 360);
  paintBust(draw, look, t);
  draw.restore();
}

function paintBust(draw: CanvasRenderingContext2D, look: Look, t: number): void {
  const oval = (x: number, y: number, rx: number, ry: number, colour: string) => {
    draw.fillStyle = colour;
    draw.beginPath();
    draw.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
    draw.fill();
  };
  if (look.style === 1) oval(0, 14, 78, 104, look.hair);
  if (look.style === 2)
    for (let a = 0; a < 9; a++)
      oval(Math.cos(a * 0.8 + 2.6) * 66, Math.sin(a * 0.8 + 2.6) * 62 - 26, 34, 34, look.hair);
  oval(0, 210, 150, 116, look.coat);
  oval(0, 92, 30, 46, look.skin);
  oval(0, 0, 60, 76, look.skin);
  if (look.style === 0 || look.style === 1) {
    draw.fillStyle = look.hair;
    draw.beginPath();
    draw.moveTo(-64, 4);
    draw.bezierCurveTo(-76, -104, 76, -104, 64, 4);
    draw.bezierCurveTo(48, -44, 0, -54, -64, 4);
    draw.fill();
  }
  const blink = Math.sin(t * 1.3) > 0.985 ? 1 : 6;
  oval(-22, -4, 5, blink, '#241a16');
  oval(22, -4, 5, blink, '#241a16');
  if (look.style === 3) {
    draw.strokeStyle = '#2b2b2e';
    draw.lineWidth = 4;
    for (const x of [-22, 22]) {
      draw.beginPath();
      draw.arc(x, -4, 16, 0, Math.PI * 2);
      draw.stroke();
    }
  }
  draw.fillStyle = '#8e3f3a';
  draw.beginPath();
  draw.ellipse(0, 36, 16, 3 + Math.abs(Math.sin(t * 5)) * 6, 0, 0, Math.PI * 2);
  draw.fill();
}

function paintSlide(draw: CanvasRenderingContext2D, t: number): void {
  const { width: w, height: h } = draw.canvas;
  draw.fillStyle = '#fbfaf6';
  draw.fillRect(0, 0, w, h);
  draw.fillStyle = '#17694f';
  draw.fillRect(0, 0, 18, h);
  draw.fillStyle = '#1d2622';
  draw.font = '600 54px Georgia, serif';
  draw.fillText('Garden party: the plan', 90, 130);
  draw.font = '32px sans-serif';
  ['Tables under the lime trees', 'Music from six until ten', 'Lanterns along the path'].forEach(
    (line, index) => {
      draw.fillStyle = '#17694f';
      draw.fillRect(92, 214 + index * 74, 14, 14);
      draw.fillStyle = '#3a4640';
      draw.fillText(line, 126, 234 + index * 74);
    },
  );
  for (let bar = 0; bar < 6; bar++) {
    const height = 90 + 60 * Math.sin(bar * 1.4 + t * 0.6) + bar * 16;
    draw.fillStyle = bar % 2 ? '#d9a441' : '#2f8a68';
    draw.fillRect(760 + bar * 72, 600 - height, 48, height);
  }
}
