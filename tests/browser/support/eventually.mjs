import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `condition` gives something true, and returns it. Errors on the way count as "not yet";
 * the last one, or the last value `describe` made, is in the failure.
 */
export async function eventually(condition, what, timeoutMs = 10_000, describe = async () => '') {
  const deadline = Date.now() + timeoutMs;
  let error;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      error = undefined;
    } catch (caught) {
      error = caught;
    }
    if (Date.now() > deadline) break;
    await sleep(100);
  }
  const detail = error ? String(error.message ?? error) : await describe();
  throw new Error(`Not within ${timeoutMs} ms: ${what}. ${detail}`);
}
