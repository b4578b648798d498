import { useEffect, useState } from 'preact/hooks';
import { text } from '../messages.ts';
import { Button } from '../parts/button.tsx';
import { DevicePickers } from '../parts/device_pickers.tsx';
import { PageFrame } from '../parts/page_frame.tsx';
import { Preview } from '../parts/preview.tsx';
import { useApp } from '../state/context.ts';

/** Before the call: see and hear yourself, choose devices, say your name. */
export function LobbyScreen({ room }: { room: string }) {
  const app = useApp();
  const { media, preferences } = app;
  useEffect(() => {
    const kinds = [
      preferences.cameraOn.value && 'camera',
      preferences.microphoneOn.value && 'microphone',
    ] as const;
    // A rejoin has opened the devices already.
    if (!app.joining.value)
      void media.start(
        kinds.filter((kind) => kind !== false && !media[kind].value) as ('camera' | 'microphone')[],
      );
    void media.refresh();
  }, [room]);
  return (
    <PageFrame>
      <main class="lobby">
        <section class="lobby-preview" aria-label={text.lobby.preview}>
          <Preview />
        </section>
        <section class="lobby-form">
          <h1 class="title">{text.lobby.title}</h1>
          <p class="room-chip">{text.lobby.room(room)}</p>
          <JoinForm room={room} />
        </section>
        <section class="lobby-devices" aria-label={text.settings.devices}>
          <DevicePickers />
        </section>
      </main>
    </PageFrame>
  );
}

function JoinForm({ room }: { room: string }) {
  const app = useApp();
  const { media, preferences, joining } = app;
  const [missing, setMissing] = useState(false);
  const join = () => {
    const named = preferences.name.value.trim() !== '';
    setMissing(!named);
    if (named) void app.join(room);
    else document.getElementById('name')?.focus();
  };
  const listen = () => {
    media.stopAll();
    join();
  };
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        join();
      }}
    >
      <label class="field-label" for="name">
        {text.lobby.name}
      </label>
      <input
        id="name"
        class="field"
        type="text"
        value={preferences.name.value}
        maxLength={64}
        autocomplete="name"
        enterkeyhint="go"
        readOnly={joining.value}
        aria-invalid={missing}
        aria-describedby={missing ? 'name-error' : undefined}
        onInput={(event) => {
          preferences.name.value = event.currentTarget.value;
          setMissing(false);
        }}
      />
      {missing && (
        <p id="name-error" class="error-text" role="alert">
          {text.lobby.nameEmpty}
        </p>
      )}
      <Button
        kind="primary"
        type="submit"
        class="button-large button-wide"
        busy={joining.value}
        disabled={joining.value}
      >
        {joining.value
          ? text.lobby.joining
          : joinLabel(media.cameraProblem.value !== null, media.microphoneProblem.value !== null)}
      </Button>
      {joining.value ? (
        <Button kind="quiet" onClick={() => app.cancelJoin()}>
          {text.lobby.cancel}
        </Button>
      ) : (
        <Button kind="quiet" onClick={listen}>
          {text.lobby.listen}
        </Button>
      )}
    </form>
  );
}

function joinLabel(noCamera: boolean, noMicrophone: boolean): string {
  if (noCamera && noMicrophone) return text.lobby.joinQuiet;
  if (noCamera) return text.lobby.joinNoCamera;
  return noMicrophone ? text.lobby.joinNoMicrophone : text.lobby.join;
}
