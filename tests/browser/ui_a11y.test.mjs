// Every screen of the page in both themes, looked at by axe-core.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  enterCall,
  launchChromium,
  openPage,
  servePage,
  settled,
  web,
  whySkipped,
} from './ui_page.mjs';

const skip = whySkipped();
const room = '/r/garden-party?speaking=0&muted=1&hands=2&quality=1:1,2:2';

const kScreens = {
  start: { path: '/' },
  lobby: { path: '/r/garden-party' },
  'lobby, devices refused': { path: '/r/garden-party?camera=refused&microphone=refused' },
  'lobby, no microphone': { path: '/r/garden-party?microphone=missing' },
  'lobby, insecure': { path: '/r/garden-party?camera=insecure' },
  'lobby, name missing': {
    path: '/r/garden-party',
    storage: { name: '' },
    then: (page) => press(page, 'Join'),
  },
  'call, alone': { path: `${room}&people=1`, call: true },
  'call, two': { path: `${room}&people=2`, call: true },
  'call, twelve with avatars': {
    path: `${room}&people=12&cameraOff=0,3,4,5,6,7,8&away=9`,
    call: true,
  },
  'call, pages of people': {
    path: `${room}&people=30&cameraOff=3,4`,
    call: true,
    width: 360,
    height: 740,
  },
  'call, shared screen': { path: `${room}&people=6&sharing=1`, call: true },
  'call, phone': { path: `${room}&people=5`, call: true, width: 360, height: 740 },
  'call, watching': { path: `${room}&people=3&watcher`, call: true },
  'call, reconnecting': { path: `${room}&people=3&reconnecting`, call: true },
  chat: { path: `${room}&people=4&chat`, call: true, then: (page) => page.keyboard.press('c') },
  'chat, empty': { path: `${room}&people=4`, call: true, then: (page) => page.keyboard.press('c') },
  people: {
    path: `${room}&people=12&moderator`,
    call: true,
    then: (page) => page.keyboard.press('p'),
  },
  'people, menu': {
    path: `${room}&people=4&moderator`,
    call: true,
    then: async (page) => {
      await page.keyboard.press('p');
      await press(page, 'Actions for Bob');
    },
  },
  'people, removing': {
    path: `${room}&people=4&moderator`,
    call: true,
    then: async (page) => {
      await page.keyboard.press('p');
      await press(page, 'Actions for Bob');
      await page.getByRole('menuitem', { name: 'Remove from the call' }).click();
    },
  },
  stats: {
    path: `${room}&people=3`,
    call: true,
    then: async (page) => {
      await page.keyboard.press('t');
      await page.locator('.curves').waitFor();
    },
  },
  'more menu': { path: `${room}&people=3`, call: true, then: (page) => press(page, 'More') },
  'layout menu': { path: `${room}&people=3`, call: true, then: (page) => press(page, 'Layout') },
  'microphone menu': {
    path: `${room}&people=3`,
    call: true,
    then: (page) => press(page, 'Microphone and speaker'),
  },
  settings: {
    path: `${room}&people=3`,
    call: true,
    then: async (page) => {
      await press(page, 'More');
      await page.getByRole('menuitem', { name: 'Settings' }).click();
    },
  },
  shortcuts: { path: `${room}&people=3`, call: true, then: (page) => page.keyboard.press('?') },
  left: {
    path: `${room}&people=3`,
    call: true,
    then: async (page) => {
      await press(page, 'Leave');
      await page.locator('.end-card').waitFor();
    },
  },
  'room full': { path: '/r/garden-party?refuse=room_full', then: (page) => press(page, 'Join') },
  'token invalid': {
    path: '/r/garden-party?refuse=token_invalid',
    then: (page) => press(page, 'Join'),
  },
};

function press(page, name) {
  return page.getByRole('button', { name, exact: true }).click();
}

let server;
let browser;
let axe;

before(async () => {
  if (skip) return;
  axe = await readFile(join(web, 'node_modules/axe-core/axe.min.js'), 'utf8');
  server = await servePage();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  server?.close();
});

for (const [name, screen] of Object.entries(kScreens)) {
  test(`axe finds nothing wrong with: ${name}`, { skip, timeout: 90_000 }, async () => {
    const page = await openPage(browser, server.url, screen.path, screen);
    await page.locator('#app > *').first().waitFor();
    if (screen.call) await enterCall(page);
    await page.waitForTimeout(200);
    await screen.then?.(page);
    if (screen.call) await settled(page);
    await page.evaluate(axe); // over CDP, which the page's policy does not concern
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`html[data-theme=${theme}]`).waitFor();
      await page.waitForTimeout(50);
      assert.deepEqual(await violations(page), [], theme);
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

/** One line for each thing that axe objects to. */
async function violations(page) {
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return result.violations.flatMap((rule) =>
    rule.nodes.map(
      (node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`,
    ),
  );
}
