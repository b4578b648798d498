import type { Call } from './call.ts';
import { JoinError } from './errors.ts';
import { platformOf, webSocketUrl } from './platform.ts';
import { Session } from './session.ts';
import type { JoinOptions } from './types.ts';

/** Joins a room. Rejects with JoinError when the first attempt does not succeed. */
export async function join(options: JoinOptions): Promise<Call> {
  try {
    checkSlots('videoSlots', options.videoSlots, 49);
    checkSlots('audioSlots', options.audioSlots, 3);
    const session = new Session(platformOf(options.platform), webSocketUrl(options.url), options);
    await session.join();
    return session;
  } catch (error) {
    throw JoinError.from(error);
  }
}

function checkSlots(name: string, count: number | undefined, most: number): void {
  if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= most)) return;
  throw new JoinError('bad_argument', `${name} must be from 1 to ${most}, not ${count}.`, 'fix');
}
