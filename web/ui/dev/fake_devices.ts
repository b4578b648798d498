/** A MediaDevices with one painted camera, a silent microphone and the troubles of a scenario. */
import type { MediaProblem } from '../state/media_problem.ts';
import { faceTrack, screenTrack } from './faces.ts';
import type { Scenario } from './scenario.ts';

const kErrors: Partial<Record<MediaProblem, string>> = {
  refused: 'NotAllowedError',
  missing: 'NotFoundError',
  busy: 'NotReadableError',
  unknown: 'TypeError',
};
/** The look of the one in front of the screen. */
const kOwnLook = 6;

export function fakeDevices(scenario: Scenario): MediaDevices | undefined {
  if (scenario.camera === 'insecure' || scenario.microphone === 'insecure') return undefined;
  const fail = (problem: MediaProblem | undefined) => {
    if (problem) throw new DOMException('scenario', kErrors[problem] ?? 'TypeError');
  };
  const devices = {
    addEventListener: () => undefined,
    async getUserMedia({ video, audio }: MediaStreamConstraints) {
      if (video) fail(scenario.camera);
      if (audio) fail(scenario.microphone);
      return new MediaStream([
        ...(video ? [faceTrack(kOwnLook, 1280, 720)] : []),
        ...(audio ? [quietTrack()] : []),
      ]);
    },
    async getDisplayMedia() {
      return new MediaStream([screenTrack()]);
    },
    async enumerateDevices() {
      const device = (kind: MediaDeviceKind, deviceId: string, label: string) => ({
        kind,
        deviceId,
        label,
        groupId: '',
      });
      return [
        ...(scenario.camera === 'missing'
          ? []
          : [
              device('videoinput', 'c1', 'FaceTime HD Camera'),
              device('videoinput', 'c2', 'USB Document Camera with a very long product name'),
            ]),
        ...(scenario.microphone === 'missing'
          ? []
          : [
              device('audioinput', 'm1', 'Built-in Microphone'),
              device('audioinput', 'm2', 'Headset'),
            ]),
        device('audiooutput', 's1', 'Built-in Speakers'),
        device('audiooutput', 's2', 'Headset'),
      ];
    },
  };
  return devices as unknown as MediaDevices;
}

/** A murmur, so that level meters move. */
function quietTrack(): MediaStreamTrack {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context, { frequency: 180 });
  const volume = new GainNode(context, { gain: 0.06 });
  tone.connect(volume).connect(output);
  tone.start();
  return output.stream.getAudioTracks()[0] as MediaStreamTrack;
}
