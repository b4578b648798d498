// Stories told on the development page: open, act, look, and fail on whatever the page complains of.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enterCall, launchChromium, openPage, servePage, whySkipped } from './ui_page.mjs';

export const skip = whySkipped();
export const kRoom = '/r/garden-party';

export let server;
export let browser;
before(async () => {
  if (skip) return;
  server = await servePage();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Opens a page, runs `body`, and fails on whatever the page complained about. */
export function story(name, path, body, options = {}) {
  test(name, { skip, timeout: 90_000 }, async () => {
    const page = await openPage(browser, server.url, path, options);
    try {
      await body(page);
      assert.deepEqual(page.complaints, []);
    } finally {
      await page.context().close();
    }
  });
}

export function callStory(name, query, body, options) {
  story(
    name,
    `${kRoom}?${query}`,
    async (page) => {
      await enterCall(page);
      await body(page);
    },
    options,
  );
}

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const fake = (page, body, argument) =>
  page.evaluate(`(${body})(window.fake, ${JSON.stringify(argument)})`);
export const names = (page) => page.locator('.tile .name').allTextContents();
export const muted = (page) => fake(page, (call) => call.publications.get('microphone').muted);
