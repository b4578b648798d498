import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredCodecs } from '../src/codecs.ts';
import { cameraEncodings, screenEncodings, videoCap } from '../src/encodings.ts';

const codec = (mimeType: string, sdpFmtpLine?: string): RTCRtpCodec => ({
  mimeType, clockRate: 90000, ...(sdpFmtpLine !== undefined && { sdpFmtpLine }),
});
/** As Chromium lists them. */
const kChromium = [
  codec('video/VP8'), codec('video/rtx'), codec('video/VP9', 'profile-id=0'),
  codec('video/VP9', 'profile-id=2'), codec('video/VP9', 'profile-id=1'),
  codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f'),
  codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f'),
  codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'),
  codec('video/AV1', 'level-idx=5;profile=1;tier=0'), codec('video/AV1', 'level-idx=5;profile=0;tier=0'),
  codec('video/red'), codec('video/ulpfec'),
];

test('slots are offered with one form of each codec, and retransmission', () => {
  assert.deepEqual(preferredCodecs(kChromium, 'video'), [
    kChromium[0], kChromium[2], kChromium[7], kChromium[9], kChromium[1]]);
});

test('a browser that says no more than names is believed', () => {
  const plain = [codec('video/vp8'), codec('video/VP9'), codec('video/AV1')];
  assert.deepEqual(preferredCodecs(plain, 'video'), plain);
});

test('without any codec of ours the browser keeps its own list', () => {
  assert.deepEqual(preferredCodecs([codec('video/rtx'), codec('video/H265')], 'video'), []);
  assert.deepEqual(preferredCodecs([], 'audio'), []);
});

test('audio slots take opus alone', () => {
  const opus = codec('audio/opus', 'minptime=10;useinbandfec=1');
  assert.deepEqual(preferredCodecs([codec('audio/red'), opus, codec('audio/PCMU')], 'audio'), [opus]);
});

test('layers are as many as the height is worth', () => {
  const rids = (height: number): unknown[] => cameraEncodings(height, true).map(({ rid }) => rid);
  assert.deepEqual(rids(720), ['q', 'h', 'f']);
  assert.deepEqual(rids(0), ['q', 'h', 'f']);
  assert.deepEqual(rids(360), ['h', 'f']);
  assert.deepEqual(rids(180), [undefined]);
});

test('caps grow with the layer and every size has one', () => {
  const caps = cameraEncodings(1080, true).map(({ maxBitrate }) => maxBitrate ?? 0);
  assert.deepEqual(caps, [...caps].sort((a, b) => a - b));
  assert(videoCap(10_000) > videoCap(1080));
  assert(videoCap(1) > 0);
});

test('a screen of text is sent with few frames, a film with more', () => {
  const text = screenEncodings('text')[0]?.maxFramerate ?? 0;
  const film = screenEncodings('motion')[0]?.maxFramerate ?? 0;
  assert(text < film);
});
