import { ParlourError } from './errors.ts';

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Runs one pass of offer and answer at a time. Requests that come during a pass share the next one.
 * A pass that fails because the connection is gone keeps its waiters for the pass after `resume()`;
 * any other failure is theirs.
 */
export class Negotiator {
  #waiters: Waiter[] = [];
  #running = false;
  #paused = true;

  constructor(private readonly pass: () => Promise<void>) {}

  /** Done when a pass that began after this call has ended well. */
  request(): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    void this.#run();
    return done;
  }

  get busy(): boolean {
    return this.#waiters.length > 0 || this.#running;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    void this.#run();
  }

  /** Nothing will be negotiated any more. */
  end(error: ParlourError): void {
    this.#paused = true;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (!this.#paused && this.#waiters.length > 0) {
      const waiters = this.#waiters.splice(0);
      try {
        await this.pass();
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        if (error instanceof ParlourError && error.code === 'disconnected') {
          this.#waiters.unshift(...waiters);
          this.#paused = true;
        } else {
          for (const waiter of waiters) waiter.reject(error);
        }
      }
    }
    this.#running = false;
  }
}
