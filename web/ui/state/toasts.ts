/** Short notes that come and go. One with the key of an earlier note takes its place. */
import { signal } from '@preact/signals';

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly key: string;
  readonly text: string;
  readonly tone: 'plain' | 'warning';
  readonly action?: ToastAction;
}

const kShownMs = 5000;
const kMost = 3;

export class Toasts {
  readonly list = signal<readonly Toast[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  show(
    text: string,
    options: Partial<Omit<Toast, 'text'>> & { readonly forMs?: number } = {},
  ): void {
    const key = options.key ?? text;
    const toast: Toast = { key, text, tone: options.tone ?? 'plain', action: options.action };
    const others = this.list.value.filter((shown) => shown.key !== key);
    for (const dropped of others.slice(0, Math.max(0, others.length + 1 - kMost)))
      this.dismiss(dropped.key);
    this.list.value = [...this.list.value.filter((shown) => shown.key !== key), toast];
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.dismiss(key), options.forMs ?? kShownMs),
    );
  }

  dismiss(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.list.value = this.list.value.filter((toast) => toast.key !== key);
  }

  clear(): void {
    for (const toast of this.list.value) this.dismiss(toast.key);
  }
}
