// The heart of it: three browsers with fake devices in one room.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { scene } from './support/scene.mjs';

scene('three browsers see and hear each other', async (stage) => {
  const cast = [['Ada', 'red', 440], ['Bob', 'green', 1000], ['Eve', 'blue', 2500]];
  const people = [];
  for (const [name, colour, tone] of cast) {
    const person = await stage.person(name, { devices: { colour, tone } });
    people.push(await person.join('lobby', { devices: true, simulcast: false }));
  }
  for (const [viewer, me] of people.map((person, index) => [person, index])) {
    for (const [other, [, colour]] of cast.entries()) {
      if (other !== me) await viewer.sees(people[other], colour);
    }
    await viewer.hears(cast.filter((_, other) => other !== me).map(([, , tone]) => tone),
      { not: [cast[me][2], 5000] });
    assert.equal((await viewer.state()).negotiations, 1);
  }
});

scene('statistics name what flows', async (stage) => {
  const [ada, bob] = await stage.people('lobby', { Ada: 'red', Bob: 'green' }, { tone: 440 });
  await ada.sees(bob, 'green');
  await ada.call('stats');
  const stats = await eventually(async () => {
    const now = await ada.call('stats');
    const video = now.tracks.find(({ direction, participant, kind }) => (
      direction === 'in' && kind === 'video' && participant === bob.id));
    return video?.bitsPerSecond > 0 && video.fps > 0 && now.connection.rttMs !== undefined && now;
  }, 'there are rates');
  const video = stats.tracks.find(({ direction, participant, kind }) => (
    direction === 'in' && kind === 'video' && participant === bob.id));
  assert.equal(video.source, 'camera');
  assert.equal(video.width, 320);
  assert.equal(video.height, 180);
  assert.match(video.codec, /^(VP8|VP9|H264|AV1)$/);
  assert.equal(video.packetsLost, 0);
  const sent = stats.tracks.find(({ direction, kind }) => direction === 'out' && kind === 'audio');
  assert.equal(sent.codec, 'opus');
  assert.equal(sent.source, 'microphone');
  const { connection } = stats;
  assert.equal(connection.ice, 'connected');
  assert.equal(connection.dtls, 'connected');
  assert.equal(connection.remote.port, stage.server.mediaPort);
  assert.equal(connection.remote.protocol, 'udp');
});

scene('a camera of 720 lines is sent in three layers', async (stage) => {
  const [ada, bob] = await stage.people('lobby', { Ada: 'red', Bob: 'green' }, { size: [1280, 720] });
  await ada.sees(bob, 'green');
  await eventually(async () => {
    const { tracks } = await bob.call('stats');
    const layers = tracks.filter(({ direction, kind }) => direction === 'out' && kind === 'video');
    return layers.length === 3 && layers.every(({ framesEncoded }) => framesEncoded > 0);
  }, 'Bob sends three layers', 20_000, async () => JSON.stringify((await bob.call('stats')).tracks));
  await ada.sees(bob, 'green');
});
