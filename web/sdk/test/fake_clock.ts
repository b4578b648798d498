/** Time that moves only when told. */
export class FakeClock {
  #now = 1_000;
  #nextId = 1;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();

  readonly now = (): number => this.#now;

  readonly setTimeout = (callback: () => void, ms: number): number => {
    this.#timers.set(this.#nextId, { at: this.#now + ms, callback });
    return this.#nextId++;
  };

  readonly clearTimeout = (id: number): void => {
    this.#timers.delete(id);
  };

  get pending(): number {
    return this.#timers.size;
  }

  /** Lets everything happen that is due within `ms`, in order, with what follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].sort(([, a], [, b]) => a.at - b.at)[0];
      if (!next || next[1].at > end) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].callback();
      await settle();
    }
    this.#now = end;
  }
}

/** Until promises and the fakes' own tasks have run out. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
