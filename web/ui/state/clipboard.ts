import { text } from '../messages.ts';
import type { Toasts } from './toasts.ts';

/** Copies and says so; says as well when the browser does not let us. */
export async function copyText(
  words: string,
  toasts: Toasts,
  copied = text.stage.copied,
  failed = text.stage.copyFailed,
): Promise<void> {
  try {
    await navigator.clipboard.writeText(words);
    toasts.show(copied, { key: 'clipboard' });
  } catch {
    toasts.show(failed, { key: 'clipboard', tone: 'warning' });
  }
}
