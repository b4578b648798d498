import { useEffect, useMemo } from 'preact/hooks';
import { Banners } from '../parts/banners.tsx';
import { CallFacts } from '../parts/call_facts.tsx';
import { ChatPanel } from '../parts/chat_panel.tsx';
import { ControlBar } from '../parts/control_bar.tsx';
import { PeoplePanel } from '../parts/people_panel.tsx';
import { SettingsDialog } from '../parts/settings_dialog.tsx';
import { ShortcutsDialog } from '../parts/shortcuts_dialog.tsx';
import { Stage } from '../parts/stage.tsx';
import { StatsPanel } from '../parts/stats_panel.tsx';
import type { CallSession } from '../state/call_session.ts';
import { CallView } from '../state/call_view.ts';
import { CallContext, useApp } from '../state/context.ts';

/** The call: tiles, a side panel, the bar below. */
export function CallScreen({ session }: { session: CallSession }) {
  const app = useApp();
  const view = useMemo(() => new CallView(app, session), [session]);
  useEffect(() => {
    view.start();
    return () => view.stop();
  }, [view]);
  return (
    <CallContext.Provider value={view}>
      <div class={view.panel.value ? 'call call-with-panel' : 'call'}>
        <header class="call-head">
          <CallFacts />
        </header>
        <main class="call-main">
          <Banners />
          <Stage />
        </main>
        <PanelSpace />
        <ControlBar />
      </div>
      {view.dialog.value === 'settings' && <SettingsDialog />}
      {view.dialog.value === 'shortcuts' && <ShortcutsDialog />}
      <div class="visually-hidden" role="status">
        {view.spoken.value}
      </div>
    </CallContext.Provider>
  );
}

function PanelSpace() {
  return (
    <CallContext.Consumer>
      {(view) => {
        switch (view?.panel.value) {
          case 'chat':
            return <ChatPanel />;
          case 'people':
            return <PeoplePanel />;
          case 'stats':
            return <StatsPanel />;
          default:
            return null;
        }
      }}
    </CallContext.Consumer>
  );
}
