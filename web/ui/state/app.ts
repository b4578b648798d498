/** The page as a whole: which screen is up, and the ways between them. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { JoinError, type Call, type JoinOptions } from '../../sdk/src/index.ts';
import { CallSession } from './call_session.ts';
import { endKindOf, endOf, type End } from './endings.ts';
import type { LocalMedia } from './local_media.ts';
import type { Preferences } from './preferences.ts';
import { parsePath, roomPath, takeToken } from './route.ts';
import { slotsForScreen } from './slot_plan.ts';
import type { Theme } from './theme.ts';
import type { Toasts } from './toasts.ts';
import { createTokens, nameInToken } from './tokens.ts';

export type Screen =
  | { readonly name: 'start' }
  | { readonly name: 'lobby'; readonly room: string }
  | { readonly name: 'call'; readonly room: string; readonly session: CallSession }
  | { readonly name: 'end'; readonly room: string; readonly end: End };

export type Join = (options: JoinOptions) => Promise<Call>;

/** What an App is built from; a development page puts stand-ins here. */
export interface AppParts {
  readonly preferences: Preferences;
  readonly media: LocalMedia;
  readonly toasts: Toasts;
  readonly theme: ReadonlySignal<Theme>;
  readonly join: Join;
}

export class App {
  readonly screen = signal<Screen>({ name: 'start' });
  readonly joining = signal(false);
  readonly preferences: Preferences;
  readonly media: LocalMedia;
  readonly toasts: Toasts;
  readonly theme: ReadonlySignal<Theme>;
  readonly #join: Join;
  readonly #tokens = createTokens();
  #abort: AbortController | undefined;

  constructor(parts: AppParts) {
    this.preferences = parts.preferences;
    this.media = parts.media;
    this.toasts = parts.toasts;
    this.theme = parts.theme;
    this.#join = parts.join;
    addEventListener('popstate', () => this.#openAddress());
    addEventListener('pagehide', () => this.#session()?.call.leave());
    this.#openAddress();
  }

  openRoom(room: string): void {
    history.pushState(null, '', roomPath(room));
    this.screen.value = { name: 'lobby', room };
  }

  goHome(): void {
    this.media.stopAll();
    history.pushState(null, '', '/');
    this.screen.value = { name: 'start' };
  }

  /** From the lobby, with what its preview shows. Ends in the call or on a page that says why not. */
  async join(room: string): Promise<void> {
    if (this.joining.value) return;
    this.joining.value = true;
    this.#abort = new AbortController();
    try {
      const call = await this.#join(this.#joinOptions(room, this.#abort.signal));
      this.#enter(room, call);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#refuse(room, error);
    } finally {
      this.joining.value = false;
    }
  }

  cancelJoin(): void {
    this.#abort?.abort();
  }

  /** Back in at once with the devices as they were. */
  async rejoin(room: string): Promise<void> {
    const { cameraOn, microphoneOn } = this.preferences;
    const wanted = [cameraOn.value && 'camera', microphoneOn.value && 'microphone'] as const;
    this.screen.value = { name: 'lobby', room };
    await this.media.start(wanted.filter((kind) => kind !== false));
    await this.join(room);
  }

  leave(): void {
    void this.#session()?.call.leave();
  }

  #enter(room: string, call: Call): void {
    const session = new CallSession(call, this.media, this.toasts);
    call.on('ended', (ending) => {
      session.dispose();
      this.toasts.clear();
      if (this.#session() !== session) return; // the address changed first: the devices are the lobby's
      this.preferences.cameraOn.value = this.media.camera.value !== null;
      this.preferences.microphoneOn.value = session.microphoneOn.value;
      this.media.stopAll();
      this.screen.value = { name: 'end', room, end: endOf(ending, Date.now() - session.startedAt) };
    });
    this.screen.value = { name: 'call', room, session };
  }

  #refuse(room: string, error: unknown): void {
    const refusal = JoinError.from(error);
    this.media.stopAll();
    this.screen.value = {
      name: 'end',
      room,
      end: { kind: endKindOf(refusal.code), detail: refusal.message },
    };
  }

  #joinOptions(room: string, abort: AbortSignal): JoinOptions {
    const { name, microphoneOn } = this.preferences;
    const camera = this.media.camera.value;
    const microphone = this.media.microphone.value;
    return {
      url: location.origin,
      room,
      name: name.value.trim(),
      token: this.#tokens.of(room),
      videoSlots: slotsForScreen(screen.width, screen.height),
      publish: { ...(microphone && { microphone }), ...(camera && { camera }) },
      muted: microphoneOn.value ? [] : ['microphone'],
      signal: abort,
    };
  }

  #openAddress(): void {
    const { token, rest } = takeToken(new URL(location.href));
    const route = parsePath(rest.pathname);
    if (token) {
      history.replaceState(null, '', rest);
      if (route.name === 'room') this.#tokens.keep(route.room, token);
      this.preferences.name.value ||= nameInToken(token);
    }
    const session = this.#session();
    this.screen.value =
      route.name === 'room' ? { name: 'lobby', room: route.room } : { name: 'start' };
    if (route.name === 'start') this.media.stopAll();
    void session?.call.leave();
  }

  #session(): CallSession | undefined {
    const screen = this.screen.value;
    return screen.name === 'call' ? screen.session : undefined;
  }
}
