// Many slots, many people.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { scene } from './support/scene.mjs';

scene('a join with 49 video slots fits and works', async (stage) => {
  const [bob] = await stage.people('lobby', { Bob: 'green' });
  const ada = await stage.person('Ada');
  let offer = 0;
  ada.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => {
    offer = Math.max(offer, payload.length);
  }));
  const began = Date.now();
  await ada.join('lobby', { colour: 'red', tone: 440, videoSlots: 49 });
  const took = Date.now() - began;
  assert.equal((await ada.seen()).length, 49);
  await ada.sees(bob, 'green');
  await bob.sees(ada, 'red');
  assert(offer < 150_000, `the join was ${offer} bytes`);
  assert(took < 5_000, `the join took ${took} ms`);

  const slot = (await ada.seen()).at(-1).mid;
  await ada.call('view', [{ slot, want: { participant: bob.id, source: 'camera' } }]);
  await eventually(async () => (await ada.seen()).find(({ mid }) => mid === slot).colour === 'green',
    'the last slot works too', 15_000, async () => JSON.stringify((await ada.seen()).filter(({ frames }) => frames)));
});

scene('thirteen people see each other', async (stage) => {
  const cast = ['red', 'green', 'blue', 'yellow', 'magenta', 'cyan', 'grey'];
  const people = [];
  for (let i = 0; i < 13; i++) {
    const [person] = await stage.people('lobby', { [`Person ${i}`]: cast[i % cast.length] },
      { size: [160, 90], videoSlots: i === 0 ? 12 : 1 });
    people.push(person);
  }
  const [viewer, ...others] = people;
  for (const [index, other] of others.entries()) {
    await viewer.sees(other, cast[(index + 1) % cast.length], { timeoutMs: 30_000 });
  }
  const { participants, negotiations } = await viewer.state();
  assert.equal(participants.length, 12);
  assert.equal(negotiations, 1);
});
