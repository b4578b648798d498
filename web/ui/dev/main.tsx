/**
 * The development page: the real page on painted people. `?people=5` and the other words of
 * `scenario.ts` choose what is shown; `window.fake` is the FakeCall, for tests and the console.
 */
import { render } from 'preact';
import { JoinError } from '../../sdk/src/errors.ts';
import '../styles/index.css';
import { AppRoot } from '../app_root.tsx';
import { App } from '../state/app.ts';
import { LocalMedia } from '../state/local_media.ts';
import { createPreferences } from '../state/preferences.ts';
import { applyTheme } from '../state/theme.ts';
import { Toasts } from '../state/toasts.ts';
import { FakeCall } from './fake_call.ts';
import { fakeDevices } from './fake_devices.ts';
import { readScenario } from './scenario.ts';

const scenario = readScenario(new URLSearchParams(location.search));
const preferences = createPreferences();
const devices = fakeDevices(scenario);
if (devices) navigator.mediaDevices.getDisplayMedia = devices.getDisplayMedia;
const app = new App({
  preferences,
  media: new LocalMedia(
    preferences,
    devices ??
      ({
        addEventListener: () => undefined,
        enumerateDevices: async () => [],
      } as unknown as MediaDevices),
  ),
  toasts: new Toasts(),
  theme: applyTheme(preferences),
  join: async (options) => {
    if (scenario.refuse) throw new JoinError(scenario.refuse, `scenario: ${scenario.refuse}`);
    const call = new FakeCall(options, scenario);
    Object.assign(window, { fake: call });
    setTimeout(() => call.live(), 50);
    return call;
  },
});
Object.assign(window, { app });
const root = document.getElementById('app');
if (root) render(<AppRoot app={app} />, root);
