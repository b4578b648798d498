import {
  Mic,
  MicOff,
  ShieldQuestionMark,
  TriangleAlert,
  Video as CameraOn,
  VideoOff,
} from 'lucide';
import { text } from '../messages.ts';
import type { MediaProblem } from '../state/media_problem.ts';
import type { CaptureKind, LocalMedia } from '../state/local_media.ts';
import { useApp } from '../state/context.ts';
import { Avatar } from './avatar.tsx';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { LevelBar } from './level_bar.tsx';
import { Video } from './video.tsx';

/** The own picture in the lobby with its two switches, and help when a device cannot be had. */
export function Preview() {
  const { media, preferences } = useApp();
  const toggle = (kind: CaptureKind) => {
    const on = media[kind].value !== null;
    preferences[kind === 'camera' ? 'cameraOn' : 'microphoneOn'].value = !on;
    if (on) media.stop(kind);
    else void media.start([kind]);
  };
  const camera = media.camera.value;
  const microphone = media.microphone.value;
  return (
    <>
      <div class="preview">
        {camera ? (
          <Video track={camera} mirrored={preferences.mirror.value} />
        ) : (
          <PreviewPlaceholder />
        )}
        <div class="preview-bar">
          <IconButton
            label={microphone ? text.controls.mute : text.controls.unmute}
            icon={microphone ? Mic : MicOff}
            tone={microphone ? 'plain' : 'off'}
            onClick={() => toggle('microphone')}
          />
          <IconButton
            label={camera ? text.controls.cameraOff : text.controls.cameraOn}
            icon={camera ? CameraOn : VideoOff}
            tone={camera ? 'plain' : 'off'}
            onClick={() => toggle('camera')}
          />
        </div>
        {microphone && (
          <div class="preview-level">
            <LevelBar track={microphone} />
          </div>
        )}
      </div>
      <MicrophoneNote />
    </>
  );
}

function PreviewPlaceholder() {
  const { media, preferences } = useApp();
  const problem = media.cameraProblem.value;
  if (media.asking.value) {
    return (
      <Note icon={ShieldQuestionMark} title={text.lobby.asking} body={text.lobby.askingBody} />
    );
  }
  if (problem && preferences.cameraOn.value) return <CameraNote problem={problem} />;
  const name = preferences.name.value.trim();
  return (
    <div class="preview-note">
      {name ? <Avatar name={name} identity={name} size="fill" /> : <Icon of={VideoOff} />}
      <p>{text.lobby.cameraOff}</p>
    </div>
  );
}

/** The microphone's trouble stands below the picture, unless the note in the picture covers both. */
function MicrophoneNote() {
  const { media, preferences } = useApp();
  const problem = media.microphoneProblem.value;
  if (!problem || !preferences.microphoneOn.value || media.asking.value || sharedProblem(media))
    return null;
  return (
    <div class="callout" role="status">
      <Icon of={TriangleAlert} />
      <div>
        <strong>{text.problems.microphone[problem].title}</strong>
        <p>{text.problems.microphone[problem].body}</p>
      </div>
      {problem !== 'insecure' && (
        <Button kind="plain" onClick={() => void media.start(['microphone'])}>
          {text.lobby.tryAgain}
        </Button>
      )}
    </div>
  );
}

/** What keeps both devices back, if it is one thing. */
function sharedProblem(media: LocalMedia) {
  const problem = media.cameraProblem.value;
  return problem && problem === media.microphoneProblem.value
    ? text.bothProblems[problem]
    : undefined;
}

function CameraNote({ problem }: { problem: MediaProblem }) {
  const { media } = useApp();
  const shared = sharedProblem(media);
  const words = shared ?? text.problems.camera[problem];
  const retry = () => void media.start(shared ? ['camera', 'microphone'] : ['camera']);
  return (
    <Note
      icon={TriangleAlert}
      title={words.title}
      body={words.body}
      action={problem === 'insecure' ? undefined : retry}
    />
  );
}

interface NoteProps {
  readonly icon: typeof TriangleAlert;
  readonly title: string;
  readonly body: string;
  readonly action?: () => void;
}

function Note({ icon, title, body, action }: NoteProps) {
  return (
    <div class="preview-note" role="status">
      <Icon of={icon} />
      <strong>{title}</strong>
      <p>{body}</p>
      {action && (
        <Button kind="plain" onClick={action}>
          {text.lobby.tryAgain}
        </Button>
      )}
    </div>
  );
}
