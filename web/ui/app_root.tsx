import { ToastList } from './parts/toast_list.tsx';
import { CallScreen } from './screens/call.tsx';
import { EndScreen } from './screens/end.tsx';
import { LobbyScreen } from './screens/lobby.tsx';
import { StartScreen } from './screens/start.tsx';
import type { App } from './state/app.ts';
import { AppContext } from './state/context.ts';

/** The screen that is up, and the notes above it. */
export function AppRoot({ app }: { app: App }) {
  return (
    <AppContext.Provider value={app}>
      <CurrentScreen app={app} />
      <ToastList toasts={app.toasts} />
    </AppContext.Provider>
  );
}

function CurrentScreen({ app }: { app: App }) {
  const screen = app.screen.value;
  switch (screen.name) {
    case 'start':
      return <StartScreen />;
    case 'lobby':
      return <LobbyScreen room={screen.room} />;
    case 'call':
      return <CallScreen session={screen.session} />;
    case 'end':
      return <EndScreen room={screen.room} end={screen.end} />;
  }
}
