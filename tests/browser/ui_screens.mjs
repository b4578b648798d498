// Takes screenshots of the page: node tests/browser/ui_screens.mjs <folder> [part of a name]…
// They are for looking at, not for comparing.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { enterCall, launchChromium, openPage, servePage, settled } from './ui_page.mjs';

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error('usage: ui_screens.mjs <folder> [part of a name]…');

const kWidths = { phone: [360, 740], laptop: [1280, 800], desktop: [1920, 1080] };
const call = (query, then) => ({
  path: `/r/garden-party?speaking=0&muted=1,3&${query}`,
  call: true,
  then,
});
const button = (name) => (page) => page.getByRole('button', { name, exact: false }).first().click();
const viaMore = (name) => async (page) => {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name }).click();
};

const kShots = {
  start: { path: '/' },
  lobby: { path: '/r/garden-party' },
  'lobby-refused': { path: '/r/garden-party?camera=refused&microphone=refused' },
  'lobby-missing': { path: '/r/garden-party?camera=missing' },
  'lobby-busy': { path: '/r/garden-party?camera=busy&microphone=missing' },
  'call-1': call('people=1'),
  'call-2': call('people=2'),
  'call-5': call('people=5&cameraOff=2&hands=3&quality=1:1,2:2'),
  'call-12': call('people=12&cameraOff=2,5,9&hands=3&away=7'),
  'call-30': call('people=31&cameraOff=2,5,9,12,13&away=7'),
  'share-5': call('people=5&sharing=1'),
  'share-12': call('people=12&sharing=1&cameraOff=2'),
  'speaker-5': { ...call('people=5'), storage: { layout: 'speaker' } },
  'chat-5': call('people=5&chat', async (page) => {
    await page.keyboard.press('c');
  }),
  'people-12': call('people=12&moderator&hands=3&cameraOff=2,5', (page) =>
    page.keyboard.press('p'),
  ),
  'stats-3': call('people=3', async (page) => {
    await page.keyboard.press('t');
    await page.waitForTimeout(4500);
  }),
  'settings-2': call('people=2', viaMore('Settings')),
  'shortcuts-2': call('people=2', (page) => page.keyboard.press('?')),
  'more-5': call('people=5', button('More')),
  'reconnecting-3': call('people=3&reconnecting', (page) => page.waitForTimeout(300)),
  'watcher-5': call('people=5&watcher'),
  full: { path: '/r/garden-party?refuse=room_full', refused: true },
  expired: { path: '/r/garden-party?refuse=token_expired', refused: true },
  unreachable: { path: '/r/garden-party?refuse=unreachable', refused: true },
  left: { ...call('people=2', (page) => page.getByRole('button', { name: 'Leave' }).click()) },
};

await mkdir(folder, { recursive: true });
const server = await servePage();
const browser = await launchChromium();
for (const [name, shot] of Object.entries(kShots)) {
  for (const [size, [width, height]] of Object.entries(kWidths)) {
    for (const theme of ['light', 'dark']) {
      const file = `${name}-${size}-${theme}`;
      if (wanted.length > 0 && !wanted.some((part) => file.includes(part))) continue;
      const page = await openPage(browser, server.url, shot.path, {
        width,
        height,
        theme,
        touch: size === 'phone',
        storage: shot.storage,
      });
      try {
        if (shot.call) await enterCall(page);
        if (shot.refused) await page.getByRole('button', { name: /^Join/ }).click();
        await page.waitForTimeout(400);
        await shot.then?.(page);
        if (shot.path !== '/') await settled(page);
        await page.screenshot({ path: join(folder, `${file}.png`) });
        if (page.complaints.length > 0) console.error(file, page.complaints);
      } catch (error) {
        console.error(file, String(error).split('\n')[0], page.complaints);
        await page.screenshot({ path: join(folder, `${file}.png`) });
      }
      await page.context().close();
    }
  }
}
await browser.close();
server.close();
