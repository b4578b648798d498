import { X } from 'lucide';
import { text } from '../messages.ts';
import type { Toast, Toasts } from '../state/toasts.ts';
import { IconButton } from './button.tsx';

/** Always on the page: a live region must be there before its words are. */
export function ToastList({ toasts }: { toasts: Toasts }) {
  return (
    <div class="toasts" role="status" aria-live="polite" aria-relevant="additions text">
      {toasts.list.value.map((toast) => (
        <ToastCard key={toast.key} toast={toast} toasts={toasts} />
      ))}
    </div>
  );
}

function ToastCard({ toast, toasts }: { toast: Toast; toasts: Toasts }) {
  const { action } = toast;
  const run = () => {
    toasts.dismiss(toast.key);
    action?.run();
  };
  return (
    <div class={`toast toast-${toast.tone}`}>
      <span class="toast-text">{toast.text}</span>
      {action && (
        <button type="button" class="toast-action" onClick={run}>
          {action.label}
        </button>
      )}
      <IconButton
        label={text.dismiss}
        icon={X}
        tone="bare"
        tipAt="none"
        onClick={() => toasts.dismiss(toast.key)}
      />
    </div>
  );
}
