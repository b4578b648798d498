/** The page's entry: builds the App from the browser's own parts. */
import { render } from 'preact';
import { join } from '../sdk/src/index.ts';
import './styles/index.css';
import { AppRoot } from './app_root.tsx';
import { App } from './state/app.ts';
import { LocalMedia } from './state/local_media.ts';
import { createPreferences } from './state/preferences.ts';
import { applyTheme } from './state/theme.ts';
import { Toasts } from './state/toasts.ts';

const preferences = createPreferences();
const app = new App({
  preferences,
  media: new LocalMedia(preferences),
  toasts: new Toasts(),
  theme: applyTheme(preferences),
  join,
});
const root = document.getElementById('app');
if (root) render(<AppRoot app={app} />, root);
