// Another engine in the same room.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { firefoxPath } from './support/dependencies.mjs';
import { ownAddress } from './support/firefox.mjs';
import { scene } from './support/scene.mjs';

scene('Firefox and Chromium see and hear each other', async (stage) => {
  const [ada] = await stage.people('lobby', { Ada: 'red' }, { tone: 440 });
  const firefox = await stage.firefox();
  const bob = await firefox.participant('Bob');
  // Its fake microphone, since without a sound card its AudioContext stands still.
  await bob.join('lobby', { url: stage.server.url, colour: 'green', devices: true });
  await ada.sees(bob, 'green', { timeoutMs: 30_000 });
  await bob.sees(ada, 'red', { timeoutMs: 30_000 });
  await ada.hears([1000], { not: [440] });
  await eventually(async () => (await bob.call('stats')).tracks.some(({ direction, participant, audioLevel }) => (
    direction === 'in' && participant === ada.id && audioLevel > 0.05)), 'Bob hears Ada');

  await bob.publish('screen', 'yellow', [640, 360]);
  await ada.sees(bob, 'yellow', { source: 'screen', timeoutMs: 30_000 });
  await ada.call('sendChat', 'hello');
  await eventually(async () => (await bob.state()).chat.length === 1, 'Bob reads it');
  await eventually(async () => {
    await bob.call('sendData', 'ping');
    return (await ada.told('data')).length > 0;
  }, 'data goes through');
  assert.equal((await ada.state()).negotiations, 1);
}, {
  settings: { 'http.origins': '*', 'media.listen': ownAddress, 'media.advertise': ownAddress },
  skip: !firefoxPath ? 'Firefox is not installed (apt install firefox-esr)'
    : !ownAddress ? 'This machine has no address but loopback, which Firefox does not try' : false,
});
