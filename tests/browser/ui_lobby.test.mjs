// The pages before and instead of a call, on painted people: no server is needed.
import assert from 'node:assert/strict';
import { button, fake, kRoom, story } from './ui_story.mjs';
import { enterCall } from './ui_page.mjs';

story('a typed room name leads to its lobby, and Back to the start', '/', async (page) => {
  await page.getByLabel('Room name or link').fill('garden party');
  await page.keyboard.press('Enter');
  await page.getByText('Room garden-party').waitFor();
  assert.equal(new URL(page.url()).pathname, '/r/garden-party');
  await page.goBack();
  await button(page, 'New call').waitFor();
});

story('a new call gets a room of its own', '/', async (page) => {
  await button(page, 'New call').click();
  await page.getByRole('heading', { name: 'Ready to join?' }).waitFor();
  assert.match(new URL(page.url()).pathname, /^\/r\/[a-z]+-[a-z]+-\d{4}$/);
});

const kToken = `x.${Buffer.from(JSON.stringify({ name: 'Zoë Kim' })).toString('base64url')}.y`;
story(
  'a token leaves the address bar, and its name fills the field',
  `${kRoom}?people=2#token=${kToken}`,
  async (page) => {
    await page.getByText('Room garden-party').waitFor();
    assert.ok(!page.url().includes('token'));
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Zoë Kim');
    await page.reload();
    const asked = await page.evaluate(() => sessionStorage.getItem('parlour.token.garden-party'));
    assert.equal(asked, kToken);
  },
  { storage: { name: '' } },
);

story(
  'without a name nobody joins',
  `${kRoom}?people=2`,
  async (page) => {
    await button(page, 'Join').click();
    await page.getByRole('alert').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'name');
  },
  { storage: { name: '' } },
);

story(
  'who has no devices can still join',
  `${kRoom}?people=2&camera=refused&microphone=refused`,
  async (page) => {
    await page.getByText('Camera and microphone are blocked').waitFor();
    await button(page, 'Join without camera and microphone').click();
    await page.locator('.bar-main').waitFor();
    assert.equal(await fake(page, (call) => call.publications.size), 0);
  },
);

story('watching only publishes nothing', `${kRoom}?people=2`, async (page) => {
  await page.locator('.preview video').waitFor();
  await button(page, 'Only watch and listen').click();
  await page.locator('.bar-main').waitFor();
  assert.equal(await fake(page, (call) => call.publications.size), 0);
});

story(
  'what was switched off in the lobby stays off in the call, and next time',
  `${kRoom}?people=2`,
  async (page) => {
    await page.locator('.preview video').waitFor();
    await button(page, 'Turn the camera off').click();
    await page.reload();
    await page.getByText('Your camera is off').waitFor();
    await enterCall(page);
    assert.equal(await fake(page, (call) => call.publications.has('camera')), false);
    await button(page, 'Turn the camera on').click();
    await page.waitForFunction(() => window.fake.publications.get('camera')?.track);
  },
);

for (const [code, heading] of Object.entries({
  room_full: 'This room is full',
  room_locked: 'This room is locked',
  token_expired: 'Your invitation has expired',
  token_invalid: 'Your invitation is not valid',
  unreachable: 'We cannot reach the server',
})) {
  story(
    `a join refused with ${code} has its own page with a way on`,
    `${kRoom}?refuse=${code}`,
    async (page) => {
      await page.getByRole('button', { name: /^Join/ }).click();
      await page.getByRole('heading', { name: heading }).waitFor();
      await button(page, 'Back to start').click();
      await button(page, 'New call').waitFor();
    },
  );
}
