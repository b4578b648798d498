import type { Platform } from './types.ts';

const kSteps = [200, 500, 1000, 2000, 4000, 8000, 15_000, 30_000];
/** Spread of each wait, so that a room's clients do not all come back in the same instant. */
const kJitter = 0.2;

/** Milliseconds before an attempt, 1 the first; `atLeast` as the server asked. */
export function backoffMs(attempt: number, random: number, atLeast = 0): number {
  const step = kSteps[Math.min(attempt, kSteps.length) - 1] ?? 0;
  return Math.max(atLeast, Math.round(step * (1 - kJitter + 2 * kJitter * random)));
}

/** A wait that can be cut short. One at a time. */
export class Pause {
  #wake: (() => void) | undefined;

  constructor(private readonly platform: Platform) {}

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.platform.setTimeout(() => this.end(), ms);
      this.#wake = () => {
        this.platform.clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  end(): void {
    this.#wake?.();
  }
}
