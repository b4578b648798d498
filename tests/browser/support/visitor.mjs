// Somebody who uses the page itself, by what it shows and says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axePath } from './dependencies.mjs';
import { eventually } from './eventually.mjs';
import { FrameCheck } from './frame_check.mjs';
import { colourOf } from './peers.mjs';

const axeSource = readFileSync(axePath, 'utf8');

export class Visitor {
  frames = new FrameCheck();
  errors = [];

  static async open(browser, url, { deny, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const visitor = new Visitor();
    visitor.context = context;
    visitor.page = await context.newPage();
    visitor.frames.watch(visitor.page);
    visitor.page.on('pageerror', (error) => visitor.errors.push(`page: ${error.message}`));
    visitor.page.on('console', (message) => {
      if (message.type() === 'error') visitor.errors.push(`page: ${message.text()}`);
    });
    if (deny) {
      await visitor.page.addInitScript((name) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('No.', name));
      }, deny);
    }
    await visitor.page.goto(url);
    return visitor;
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: false }).first();
  }

  async join(name, label = /^Join/) {
    await this.page.getByLabel('Your name').fill(name);
    await this.button(label).click();
    await this.page.getByRole('toolbar').waitFor();
  }

  /** The colour in the middle of somebody's tile, as decoded. */
  async tileColour(name, tile) {
    const rgb = await this.page.locator(tile).filter({ hasText: name }).locator('video').first()
      .evaluate((video) => {
        if (video.videoWidth === 0) return null;
        const canvas = new OffscreenCanvas(32, 18);
        const context = canvas.getContext('2d');
        context.drawImage(video, 0, 0, 32, 18);
        return [...context.getImageData(16, 5, 1, 1).data.slice(0, 3)];
      }, undefined, { timeout: 1_000 });
    return rgb && colourOf(rgb);
  }

  /** `tile`: a selector for what holds somebody's picture and name. */
  async sees(name, colour, tile = 'li') {
    await eventually(async () => await this.tileColour(name, tile) === colour,
      `the page shows ${name} in ${colour}`, 20_000, async () => String(await this.tileColour(name, tile)));
  }

  /** Fails on what axe-core finds on the present screen. */
  async accessible(screen) {
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate(() => window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }));
    assert.deepEqual(violations.map(({ id, help, nodes }) => (
      `${screen}: ${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)), []);
  }

  async close() {
    await this.context.close();
  }
}
