/** Typed events. Listeners run synchronously, in the order they came. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(data: never) => void>>();

  /** Returns what stops listening. */
  on<K extends keyof Events>(name: K, listener: (data: Events[K]) => void): () => void {
    let set = this.#listeners.get(name);
    if (!set) this.#listeners.set(name, (set = new Set()));
    set.add(listener);
    return () => set.delete(listener);
  }

  off<K extends keyof Events>(name: K, listener: (data: Events[K]) => void): void {
    this.#listeners.get(name)?.delete(listener);
  }

  /** One that throws is reported like any uncaught error and does not keep others from hearing. */
  protected emit<K extends keyof Events>(name: K, data: Events[K]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as (data: Events[K]) => void)(data);
      } catch (error) {
        queueMicrotask(() => { throw error; });
      }
    }
  }
}
