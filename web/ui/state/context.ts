/** How components reach the App and the call that is on, without handing them through. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { App } from './app.ts';
import type { CallView } from './call_view.ts';

export const AppContext = createContext<App | undefined>(undefined);
export const CallContext = createContext<CallView | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('AppContext is missing');
  return app;
}

export function useCall(): CallView {
  const call = useContext(CallContext);
  if (!call) throw new Error('CallContext is missing');
  return call;
}
