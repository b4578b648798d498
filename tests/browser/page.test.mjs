// The page on real calls. What it looks like and does on its own is in ui_*.test.mjs.
import assert from 'node:assert/strict';
import { scene } from './support/scene.mjs';

scene('two people meet on the page, talk and part', async (stage) => {
  const bob = await stage.person('Bob');
  await bob.join('lobby', { colour: 'green', tone: 440 });
  const ada = await stage.visitor('/r/lobby', { colour: 'red', tone: 1000 });
  await ada.join('Ada');
  await ada.sees('Bob', 'green');
  await ada.accessible('call');
  [{ id: ada.id }] = (await bob.state()).participants;
  await bob.sees({ id: ada.id, name: 'Ada' }, 'red');
  await bob.hears([1000], { not: [440] });

  await bob.call('sendChat', 'hello <Ada>');
  await ada.button('Chat').click();
  await ada.page.getByText('hello <Ada>').last().waitFor();
  await ada.page.getByPlaceholder('Send a message').fill('good morning');
  await ada.page.keyboard.press('Enter');
  await ada.page.waitForFunction(() => document.body.textContent.includes('good morning'));
  assert.equal((await bob.state()).chat.at(-1).text, 'good morning');

  await ada.button('Mute').click();
  await bob.hears([], { not: [1000] });
  await ada.button('Turn the camera off').click();
  await ada.button('Unmute').click();
  await bob.hears([1000]);
  await ada.button('Leave').click();
  await ada.page.getByText('You left the call').waitFor();
});

scene('refused devices still let one in, to watch', async (stage) => {
  await stage.people('lobby', { Bob: 'green' });
  const ada = await stage.visitor('/r/lobby', undefined, { deny: 'NotAllowedError' });
  await ada.page.getByText('Camera and microphone are blocked').waitFor();
  await ada.join('Ada', 'Join without camera and microphone');
  await ada.sees('Bob', 'green');
});

scene('a full room says so and offers a way on', async (stage) => {
  await stage.people('lobby', { Bob: 'green' });
  const ada = await stage.visitor('/r/lobby', undefined, { deny: 'NotFoundError' });
  await ada.page.getByLabel('Your name').fill('Ada');
  await ada.button(/^Join/).click();
  await ada.page.getByText('This room is full').waitFor();
  await ada.button('Try again').waitFor();
}, { settings: { 'rooms.maxParticipants': 1 } });

scene('the example plays a room', async (stage) => {
  await stage.people('lobby', { Bob: 'green' });
  const ada = await stage.visitor('/examples/play-room.html');
  await ada.button('Play').click();
  await ada.sees('Bob', 'green', 'figure');
});
