/** What the call screen shows around the session: panels, dialogs, what was read, what keys do. */
import { computed, effect, signal } from '@preact/signals';
import { text } from '../messages.ts';
import type { App } from './app.ts';
import type { CallSession } from './call_session.ts';
import { unreadCount } from './chat_groups.ts';
import { noteComings } from './notices.ts';
import { showPageMarks } from './page_marks.ts';
import { listenForShortcuts, type ShortcutAction } from './shortcuts.ts';
import { SoundOutput } from './sound_output.ts';
import { StageView } from './stage_view.ts';
import type { LayoutChoice } from './stage_plan.ts';
import { StatsFeed } from './stats_feed.ts';
import { warnWhenTalkingMuted } from './talk_warning.ts';
import { keepAwake } from './wake_lock.ts';

export type PanelName = 'chat' | 'people' | 'stats';
export type DialogName = 'settings' | 'shortcuts';

const kHiddenAfterMs = 5000;
const kLayouts: readonly LayoutChoice[] = ['auto', 'grid', 'speaker'];

export class CallView {
  readonly panel = signal<PanelName | null>(null);
  readonly dialog = signal<DialogName | null>(null);
  readonly stage: StageView;
  readonly stats: StatsFeed;
  readonly sound: SoundOutput;
  /** Unsent words outlive the panel. */
  readonly draft = signal('');
  /** What the invisible live region says; toasts speak for themselves. */
  readonly spoken = signal('');
  readonly unread = computed(() => {
    const { messages, self } = this.session.room;
    return this.panel.value === 'chat'
      ? 0
      : unreadCount(messages.value, this.#readSeq.value, self.value.id);
  });

  readonly #readSeq = signal(0);
  readonly #stops: (() => void)[] = [];
  #talkedByKey = false;

  constructor(
    readonly app: App,
    readonly session: CallSession,
  ) {
    this.stage = new StageView(session.room, app.preferences);
    this.stats = new StatsFeed(session.call);
    this.sound = new SoundOutput(session.room, app.preferences.speakerId);
  }

  /** Everything that reaches outside of the call: keys, title, wake lock. `stop` takes it back. */
  start(): void {
    const { room } = this.session;
    // What was written before we came is not news.
    this.#readSeq.value = room.messages.value.at(-1)?.seq ?? 0;
    this.#stops.push(
      effect(() => this.#readWhileOpen()),
      noteComings(this),
      warnWhenTalkingMuted(this.session),
      keepAwake(),
      showPageMarks(() => ({
        room: room.call.room,
        unread: this.unread.value,
        microphone: this.session.microphoneOn.value ? 'live' : 'muted',
      })),
      listenForShortcuts({
        enabled: () => this.app.preferences.shortcuts.value,
        run: (action) => this.run(action),
        talk: (down) => this.#talk(down),
        escape: () => {
          this.panel.value = null;
        },
      }),
      followVisibility((hidden) => {
        this.stage.hidden.value = hidden;
      }),
      () => showPageMarks(() => ({ unread: 0 }))(),
    );
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.stage.dispose();
    this.stats.stop();
    this.sound.dispose();
  }

  togglePanel(name: PanelName): void {
    this.panel.value = this.panel.value === name ? null : name;
  }

  nextLayout(): void {
    const { layout } = this.app.preferences;
    const next = kLayouts[(kLayouts.indexOf(layout.value) + 1) % kLayouts.length] ?? 'auto';
    layout.value = next;
    this.stage.pinned.value = undefined;
    this.app.toasts.show(text.layout.changed(text.layout[next]), { key: 'layout', forMs: 2000 });
  }

  toggleFullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    // Refused where the browser has none (phones): nothing to tell, the button is not shown there.
    else void document.documentElement.requestFullscreen?.().catch(() => undefined);
  }

  run(action: ShortcutAction): void {
    const { session } = this;
    switch (action) {
      case 'microphone': {
        const wanted = !session.microphoneOn.value;
        void session
          .setMicrophone(wanted)
          .then(() => this.#say(text.call.microphoneNow(session.microphoneOn.value)));
        break;
      }
      case 'camera':
        void session
          .toggleCamera()
          .then(() => this.#say(text.call.cameraNow(session.media.camera.value !== null)));
        break;
      case 'share':
        if (session.canPublish) void session.share.toggle();
        break;
      case 'hand':
        session.toggleHand();
        break;
      case 'chat':
        this.togglePanel('chat');
        break;
      case 'people':
        this.togglePanel('people');
        break;
      case 'stats':
        this.togglePanel('stats');
        break;
      case 'layout':
        this.nextLayout();
        break;
      case 'fullScreen':
        this.toggleFullScreen();
        break;
      case 'shortcuts':
        this.dialog.value = 'shortcuts';
        break;
    }
  }

  /** The space bar opens the microphone only while it is held, and closes only what it opened. */
  #talk(down: boolean): void {
    if (down && this.session.microphoneOn.value) return;
    if (!down && !this.#talkedByKey) return;
    this.#talkedByKey = down;
    void this.session.setMicrophone(down);
  }

  #readWhileOpen(): void {
    const { messages } = this.session.room;
    if (this.panel.value === 'chat')
      this.#readSeq.value = messages.value.at(-1)?.seq ?? this.#readSeq.peek();
  }

  #say(words: string): void {
    this.spoken.value = words;
  }
}

/** Told when the page has been out of sight for a while: a glance elsewhere costs no key frames. */
function followVisibility(tell: (hidden: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = () => {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') tell(false);
    else timer = setTimeout(() => tell(true), kHiddenAfterMs);
  };
  document.addEventListener('visibilitychange', follow);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', follow);
  };
}
