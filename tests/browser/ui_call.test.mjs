// What the call screen does, on painted people: no server is needed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enterCall, openPage, settled } from './ui_page.mjs';
import {
  browser,
  button,
  callStory,
  fake,
  kRoom,
  muted,
  names,
  server,
  skip,
} from './ui_story.mjs';

callStory('keys do what the buttons do', 'people=3', async (page) => {
  assert.equal(await muted(page), false);
  await page.keyboard.press('m');
  await page.waitForFunction(() => window.fake.publications.get('microphone').muted);
  await page.keyboard.press('v');
  await page.waitForFunction(() => window.fake.publications.get('camera').muted);
  assert.equal(await fake(page, (call) => call.publications.get('camera').track), null);
  await page.keyboard.press('r');
  await page.waitForFunction(() => window.fake.self.hand);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

callStory(
  'the space bar talks while it is held, even on a button that was clicked',
  'people=2',
  async (page) => {
    await button(page, 'Mute').click();
    await page.waitForFunction(() => window.fake.publications.get('microphone').muted);
    await page.keyboard.down(' ');
    await page.waitForFunction(() => !window.fake.publications.get('microphone').muted);
    await page.keyboard.up(' ');
    await page.waitForFunction(() => window.fake.publications.get('microphone').muted);
  },
);

callStory(
  'who talks while muted is told so, and can unmute from the note',
  'people=2',
  async (page) => {
    await page.keyboard.press('m');
    await page.getByText('You are muted, nobody hears you.').waitFor();
    await page.locator('.toast').getByRole('button', { name: 'Unmute' }).click();
    await page.waitForFunction(() => !window.fake.publications.get('microphone').muted);
  },
);

callStory('who was muted by the host is told so and cannot unmute', 'people=2', async (page) => {
  await fake(page, (call) => call.hostMutes('microphone'));
  await page.getByText('The host muted you').waitFor();
  await button(page, 'Muted by the host').click();
  await page.getByText('Raise your hand to ask to speak').waitFor();
});

callStory('a panel gives the focus back to the button that opened it', 'people=2', async (page) => {
  await button(page, 'People').click();
  await page.getByRole('complementary', { name: 'People' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('complementary').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.ariaLabel), 'People');
});

callStory('letters typed into the chat are no shortcuts', 'people=2', async (page) => {
  await page.keyboard.press('c');
  await page.keyboard.type('my mvp');
  assert.equal(await muted(page), false);
  await page.keyboard.press('Enter');
  await page.locator('.chat-text', { hasText: 'my mvp' }).waitFor();
  assert.equal(await page.getByLabel('Send a message').inputValue(), '');
});

callStory(
  'messages that nobody read are counted on the button and in the title',
  'people=3&chat',
  async (page) => {
    assert.equal(await page.title(), 'garden-party · Parlour');
    await fake(page, (call) =>
      call.write(call.participants.get('p_0'), 'see https://example.org/a'),
    );
    await page.getByRole('button', { name: 'Chat, 1 unread message' }).first().waitFor();
    assert.equal(await page.title(), '(1) garden-party · Parlour');
    await page.keyboard.press('c');
    const link = page.getByRole('link', { name: 'https://example.org/a' });
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow ugc');
    assert.equal(await page.title(), 'garden-party · Parlour');
  },
);

callStory('markup in names and messages stays text', 'people=2', async (page) => {
  const bad = '<img src=x onerror=alert(1)>';
  await fake(page, (call, words) => call.change('p_0', { name: words }), bad);
  await fake(page, (call, words) => call.write(call.participants.get('p_0'), words), bad);
  await page.keyboard.press('c');
  assert.equal(await page.locator('.chat-text').last().textContent(), bad);
  assert.equal(await page.locator('img').count(), 0);
});

callStory(
  'each camera on the stage is asked for at its size, and again when it grows',
  'people=3',
  async (page) => {
    await settled(page);
    const asked = () =>
      fake(page, (call) => call.views.flat().filter((view) => view.want !== 'none'));
    const first = await asked();
    assert.deepEqual(new Set(first.map((view) => view.want.participant)), new Set(['p_0', 'p_1']));
    await page.locator('[data-tile="p_1/camera"]').dblclick();
    await page.waitForFunction(() => window.fake.views.length > 1);
    const last = (await asked()).filter((view) => view.want.participant === 'p_1').at(-1);
    assert.ok(last.width > 1.2 * first.find((view) => view.want.participant === 'p_1').width);
  },
);

callStory(
  'a camera that goes off becomes an avatar, and its slot is given back',
  'people=2',
  async (page) => {
    await settled(page);
    await fake(page, (call) => {
      const { tracks } = call.participants.get('p_0');
      call.change('p_0', {
        tracks: tracks.map((track) => ({ ...track, muted: track.source === 'camera' })),
      });
    });
    await page.locator('[data-tile="p_0/camera"] video').waitFor({ state: 'detached' });
    assert.equal(await page.locator('[data-tile="p_0/camera"] .avatar').textContent(), 'AL');
  },
);

callStory(
  'a shared screen is large, a pin is larger, W changes the layout',
  'people=4&sharing=1',
  async (page) => {
    const main = () => page.locator('[data-role=main]').getAttribute('data-tile');
    assert.equal(await main(), 'p_1/screen');
    await page.getByRole('button', { name: 'Pin Ada Lovelace' }).click({ force: true });
    assert.equal(await main(), 'p_0/camera');
    await page.keyboard.press('w');
    await page.locator('[data-role=main]').waitFor({ state: 'detached' });
  },
);

callStory('moving a tile does not make a new video element', 'people=3', async (page) => {
  await settled(page);
  await page.evaluate(() => {
    document.querySelector('[data-tile="p_0/camera"] video').dataset.same = 'yes';
  });
  await page.locator('[data-tile="p_0/camera"]').dblclick();
  await page.locator('[data-role=main]').waitFor();
  assert.equal(await page.locator('[data-role=main] video').getAttribute('data-same'), 'yes');
});

callStory('our own picture goes to the corner where it is dropped', 'people=2', async (page) => {
  await settled(page);
  const tile = page.locator('[data-role=floating]');
  const before = await tile.boundingBox();
  await page.mouse.move(before.x + 40, before.y + 40);
  await page.mouse.down();
  await page.mouse.move(120, 80, { steps: 4 });
  await page.mouse.up();
  await page.waitForTimeout(200);
  const now = await tile.boundingBox();
  assert.ok(now.x < 60 && now.y < 60, JSON.stringify(now));
});

callStory('comings and goings are told once', 'people=2', async (page) => {
  await fake(page, (call) => [7, 8, 9].forEach((index) => call.comes(index)));
  await page.getByText('Henrik Sørensen and 2 others joined').waitFor();
  await fake(page, (call) => call.goes('p_8'));
  await page.getByText('Ines left').waitFor();
  assert.equal((await names(page)).length, 4);
});

callStory(
  'thirty people on a phone are on pages',
  'people=30',
  async (page) => {
    const first = await names(page);
    await page.getByRole('button', { name: 'Next page' }).click();
    const second = await names(page);
    assert.equal(first.filter((name) => second.includes(name)).length, 0);
  },
  { width: 360, height: 740 },
);

callStory('a host can mute, lock and remove', 'people=4&moderator', async (page) => {
  await page.keyboard.press('p');
  await button(page, 'Actions for Bob').click();
  await page.getByRole('menuitem', { name: 'Mute' }).click();
  await page.waitForFunction(() => window.fake.participants.get('p_1').tracks[0].mutedByHost);
  await page.getByRole('switch', { name: 'Lock the room' }).check({ force: true });
  await page.waitForFunction(() => window.fake.locked);
  await button(page, 'Actions for Bob').click();
  await page.getByRole('menuitem', { name: 'Remove from the call' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove from the call' }).click();
  await page.waitForFunction(() => !window.fake.participants.has('p_1'));
});

callStory('who is not a host sees no such acts', 'people=4', async (page) => {
  await page.keyboard.press('p');
  assert.equal(await page.getByRole('switch', { name: 'Lock the room' }).count(), 0);
  await button(page, 'Actions for Bob').click();
  assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['Pin']);
});

callStory('a new name in the settings is told to the room', 'people=2', async (page) => {
  await button(page, 'More').click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  const field = page.getByLabel('Your name');
  await field.fill('Robin K.');
  await field.press('Enter');
  await page.waitForFunction(() => window.fake.self.name === 'Robin K.');
});

callStory('menus are worked by arrow keys and give the focus back', 'people=2', async (page) => {
  await button(page, 'More').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Settings');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement?.ariaLabel), 'More');
});

callStory('a dialog gives the focus back to where it was', 'people=2', async (page) => {
  await button(page, 'Raise your hand').focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.ariaLabel), 'Raise your hand');
});

callStory('statistics can be copied as JSON', 'people=3', async (page) => {
  await page.keyboard.press('t');
  await page.locator('.curves').waitFor();
  await button(page, 'Copy as JSON').click();
  await page.getByText('Statistics copied').waitFor();
  const stats = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(stats.connection.ice, 'connected');
});

callStory(
  'a broken connection is told, and Try now tries',
  'people=3&reconnecting',
  async (page) => {
    await page.getByText('Reconnecting…').first().waitFor();
    await button(page, 'Try now').click();
    await page.locator('.banner').waitFor({ state: 'detached' });
  },
);

callStory('sharing is told while it lasts, and stops everywhere', 'people=2', async (page) => {
  await page.keyboard.press('d');
  await page.getByText('You are sharing your screen').waitFor();
  await page.waitForFunction(() => window.fake.publications.has('screen'));
  await page.locator('.banner').getByRole('button', { name: 'Stop sharing' }).click();
  await page.waitForFunction(() => !window.fake.publications.has('screen'));
});

callStory(
  'after leaving the devices are free, and Rejoin goes straight back',
  'people=2',
  async (page) => {
    await button(page, 'Leave').click();
    await page.getByRole('heading', { name: 'You left the call' }).waitFor();
    assert.equal(await page.evaluate(() => window.app.media.camera.value), null);
    await button(page, 'Rejoin').click();
    await page.locator('.bar-main').waitFor();
    assert.equal(await fake(page, (call) => call.publications.has('camera')), true);
  },
);

for (const [reason, heading] of Object.entries({
  removed: 'You were removed from the call',
  replaced: 'You joined from somewhere else',
  serverStopping: 'The server is restarting',
  lost: 'The connection was lost',
})) {
  callStory(
    `an end by "${reason}" has its own page with the focus on what happened`,
    'people=2',
    async (page) => {
      await fake(page, (call, why) => call.end({ reason: why, message: '' }), reason);
      await page.getByRole('heading', { name: heading }).waitFor();
      await page.waitForFunction((words) => document.activeElement?.textContent === words, heading);
    },
  );
}

const kNarrow = ['/', kRoom, `${kRoom}?camera=refused`, `${kRoom}?people=5&chat`];
for (const width of [320, 360, 768, 1280]) {
  test(
    `nothing is wider than a page of ${width} px, in both directions of writing`,
    { skip, timeout: 90_000 },
    async () => {
      for (const path of kNarrow) {
        for (const direction of ['ltr', 'rtl']) {
          const page = await openPage(browser, server.url, path, { width, height: 700 });
          await page.evaluate((dir) => {
            document.documentElement.dir = dir;
          }, direction);
          if (path.includes('people')) {
            await enterCall(page);
            await page.keyboard.press('c');
          }
          await page.waitForTimeout(150);
          assert.ok(
            await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            `${path} ${direction}`,
          );
          await page.context().close();
        }
      }
    },
  );
}

callStory(
  'buttons of the call are at least 44 pixels on a phone',
  'people=12',
  async (page) => {
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('.bar button, .pager button')]
        .filter((each) => each.offsetParent !== null)
        .map((each) => [each.ariaLabel, Math.min(each.offsetWidth, each.offsetHeight)])
        .filter(([, size]) => size < 44),
    );
    assert.deepEqual(small, []);
  },
  { width: 360, height: 740, touch: true },
);
