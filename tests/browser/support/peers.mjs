// Browsers and the participants in them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, chromiumPath } from './dependencies.mjs';
import { eventually } from './eventually.mjs';
import { writeTone, writeVideo } from './fake_media.mjs';
import { FrameCheck } from './frame_check.mjs';

const pageFolder = join(dirname(fileURLToPath(import.meta.url)), '../page');
const kTypes = { html: 'text/html', js: 'text/javascript' };

/** Far enough apart to survive lossy coding. */
export const colours = {
  red: [200, 30, 30], green: [30, 180, 40], blue: [30, 50, 200], yellow: [210, 200, 30],
  magenta: [200, 30, 190], cyan: [30, 190, 200], grey: [128, 128, 128], black: [10, 10, 10],
};

/** The name of the colour that a pixel is nearest to. */
export function colourOf(rgb) {
  if (!rgb) return undefined;
  const distance = ([r, g, b]) => (r - rgb[0]) ** 2 + (g - rgb[1]) ** 2 + (b - rgb[2]) ** 2;
  return Object.entries(colours).sort(([, a], [, b]) => distance(a) - distance(b))[0][0];
}

/** One Chromium. `colour` and `tone` make fake devices of files; participants may also bring their own. */
export class Browser {
  #browser;
  #folder = mkdtempSync(join(tmpdir(), 'parlour-browser-'));

  static async launch({ colour, tone, args = [] } = {}) {
    const browser = new Browser();
    const files = [];
    if (colour) {
      const path = join(browser.#folder, 'camera.y4m');
      writeVideo(path, colours[colour]);
      files.push(`--use-file-for-fake-video-capture=${path}`);
    }
    if (tone) {
      const path = join(browser.#folder, 'microphone.wav');
      writeTone(path, tone);
      files.push(`--use-file-for-fake-audio-capture=${path}`);
    }
    browser.#browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
        '--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection',
        '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
        '--disable-backgrounding-occluded-windows', '--no-sandbox', '--disable-gpu', ...files, ...args,
      ],
    });
    return browser;
  }

  /** A participant of its own context; `base` as the browser reaches the server. */
  async participant(base, name) {
    // A page that is made up on the way has no address, so it must be allowed to reach the server's.
    const context = await this.#browser.newContext({ permissions: ['local-network-access'] });
    await context.route(`${base}/test/*`, (route) => {
      const file = new URL(route.request().url()).pathname.split('/').pop();
      const body = readFileSync(join(pageFolder, file), 'utf8');
      return route.fulfill({ body, contentType: kTypes[file.split('.').pop()] });
    });
    const page = await context.newPage();
    const participant = new Participant(page, context, name);
    await page.goto(`${base}/test/index.html`);
    await page.waitForFunction('window.ready');
    return participant;
  }

  /** For tests of the page itself. */
  newContext(options) {
    return this.#browser.newContext(options);
  }

  async close() {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Somebody in a room, as a test sees them. */
export class Participant {
  frames = new FrameCheck();
  errors = [];
  id;

  constructor(page, context, name) {
    this.page = page;
    this.context = context;
    this.name = name;
    this.frames.watch(page);
    page.on('pageerror', (error) => this.errors.push(`${name}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`${name}: ${message.text()}`);
    });
  }

  /** See page/peer.js; `colour` by its name. */
  async join(room, { colour, ...options } = {}) {
    const picture = colour && colours[colour].join(',');
    this.id = await this.page.evaluate(
      (all) => window.peer.join(all), { room, name: this.name, picture, ...options });
    return this;
  }

  /** `what`: a colour's name, or hertz. */
  publish(source, what, size) {
    const argument = typeof what === 'number' ? what : colours[what].join(',');
    return this.page.evaluate(
      ([s, a, z]) => window.peer.publish(s, a, z ?? undefined), [source, argument, size ?? null]);
  }

  /** Calls a method of the Call: `call('unpublish', 'screen')`. */
  call(method, ...args) {
    return this.page.evaluate(([m, a]) => window.call[m](...a), [method, args]);
  }

  state() {
    return this.page.evaluate(() => window.peer.state());
  }

  told(name) {
    return this.page.evaluate((n) => window.peer.told(n), name);
  }

  async seen() {
    const slots = await this.page.evaluate(() => window.peer.seen());
    return slots.map((slot) => ({ ...slot, colour: colourOf(slot.rgb) }));
  }

  /** The slot that shows somebody's source, in the right colour, with new frames coming. */
  async sees(who, colour, { source = 'camera', timeoutMs = 15_000 } = {}) {
    let frames;
    return eventually(async () => {
      const slot = (await this.seen()).find((each) => (
        each.participant === who.id && each.source === source && each.reason === 'shown'));
      if (!slot || slot.colour !== colour) {
        frames = undefined;
        return false;
      }
      const moved = frames !== undefined && slot.frames > frames + 2;
      frames ??= slot.frames;
      return moved && slot;
    }, `${this.name} sees ${who.name}'s ${source} in ${colour}`, timeoutMs,
    async () => JSON.stringify(await this.seen()));
  }

  async hears(tones, { not = [], timeoutMs = 15_000 } = {}) {
    const all = [...tones, ...not];
    const heard = () => this.page.evaluate((t) => window.peer.heard(t), all);
    return eventually(
      async () => JSON.stringify(await heard()) === JSON.stringify(tones),
      `${this.name} hears ${tones} and not ${not}`, timeoutMs, async () => `Hears ${await heard()}`);
  }

  async becomes(state, timeoutMs = 15_000) {
    return eventually(async () => (await this.state()).state === state,
      `${this.name} is ${state}`, timeoutMs, async () => JSON.stringify(await this.state()));
  }

  async leave() {
    await this.call('leave');
  }

  async close() {
    await this.context.close();
  }
}
