import { ArrowRight, Video as VideoIcon } from 'lucide';
import { useState } from 'preact/hooks';
import { text } from '../messages.ts';
import { Button } from '../parts/button.tsx';
import { Illustration } from '../parts/illustration.tsx';
import { PageFrame } from '../parts/page_frame.tsx';
import { useApp } from '../state/context.ts';
import { cleanRoomName, newRoomName } from '../state/route.ts';

/** The first page: a new call, or one whose name you know. */
export function StartScreen() {
  const app = useApp();
  const [typed, setTyped] = useState('');
  const [empty, setEmpty] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    const room = cleanRoomName(typed);
    setEmpty(!room);
    if (room) app.openRoom(room);
  };
  return (
    <PageFrame>
      <main class="start">
        <section class="start-words">
          <h1 class="display">{text.start.title}</h1>
          <p class="lead">{text.start.lead}</p>
          <div class="start-ways">
            <Button
              kind="primary"
              icon={VideoIcon}
              class="button-large"
              onClick={() => app.openRoom(newRoomName())}
            >
              {text.start.create}
            </Button>
            <form class="join-line" onSubmit={submit} noValidate>
              <label class="visually-hidden" for="room">
                {text.start.roomLabel}
              </label>
              <input
                id="room"
                class="field"
                type="text"
                value={typed}
                placeholder={text.start.roomLabel}
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                enterkeyhint="go"
                aria-invalid={empty}
                aria-describedby={empty ? 'room-error' : 'room-hint'}
                onInput={(event) => {
                  setTyped(event.currentTarget.value);
                  setEmpty(false);
                }}
              />
              <Button type="submit" icon={ArrowRight}>
                {text.start.join}
              </Button>
            </form>
          </div>
          {empty ? (
            <p id="room-error" class="error-text" role="alert">
              {text.start.roomEmpty}
            </p>
          ) : (
            <p id="room-hint" class="hint">
              {text.start.roomHint}
            </p>
          )}
        </section>
        <Illustration />
      </main>
      <footer class="page-foot">{text.start.note}</footer>
    </PageFrame>
  );
}
