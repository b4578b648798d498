/**
 * Every way in which a call does not start or is over, and what a user can do next. The words are
 * in `messages.ts` under the same kinds.
 */
import type { Ending, ErrorCode } from '../../sdk/src/index.ts';

export type EndKind =
  | 'left'
  | 'removed'
  | 'replaced'
  | 'lost'
  | 'serverStopping'
  | 'failed'
  | 'roomFull'
  | 'roomLocked'
  | 'serverFull'
  | 'tooMany'
  | 'tokenExpired'
  | 'tokenInvalid'
  | 'tokenNeeded'
  | 'tokenOtherRoom'
  | 'notAllowed'
  | 'unreachable'
  | 'unsupported'
  | 'internal';

/** `rejoin` goes straight back in, `retry` through the lobby. */
export type WayOn = 'rejoin' | 'retry' | 'home';

export interface End {
  readonly kind: EndKind;
  /** The server's own words, for whoever must find out why; not shown for the usual ends. */
  readonly detail?: string;
  /** How long the call lasted. */
  readonly durationMs?: number;
}

const kByCode: Partial<Record<ErrorCode, EndKind>> = {
  room_full: 'roomFull',
  room_locked: 'roomLocked',
  server_full: 'serverFull',
  too_many_joins: 'tooMany',
  token_expired: 'tokenExpired',
  token_invalid: 'tokenInvalid',
  auth_required: 'tokenNeeded',
  token_room: 'tokenOtherRoom',
  not_allowed: 'notAllowed',
  draining: 'serverStopping',
  unreachable: 'unreachable',
  timeout: 'unreachable',
  disconnected: 'unreachable',
  unsupported: 'unsupported',
  bad_offer: 'unsupported',
  unsupported_offer: 'unsupported',
  bad_version: 'unsupported',
};

const kWaysOn: Record<EndKind, readonly WayOn[]> = {
  left: ['rejoin', 'home'],
  removed: ['home'],
  replaced: ['rejoin', 'home'],
  lost: ['rejoin', 'home'],
  serverStopping: ['retry', 'home'],
  failed: ['rejoin', 'home'],
  roomFull: ['retry', 'home'],
  roomLocked: ['retry', 'home'],
  serverFull: ['retry', 'home'],
  tooMany: ['retry', 'home'],
  tokenExpired: ['home'],
  tokenInvalid: ['home'],
  tokenNeeded: ['home'],
  tokenOtherRoom: ['home'],
  notAllowed: ['home'],
  unreachable: ['retry', 'home'],
  unsupported: ['home'],
  internal: ['retry', 'home'],
};

export function endKindOf(code: ErrorCode): EndKind {
  return kByCode[code] ?? 'internal';
}

export function endOf(ending: Ending, durationMs: number): End {
  const { reason, message, code } = ending;
  if (reason === 'refused')
    return { kind: code ? endKindOf(code) : 'internal', detail: message, durationMs };
  const kind: EndKind = reason === 'timedOut' ? 'lost' : reason;
  return { kind, detail: message, durationMs };
}

export function waysOn(kind: EndKind): readonly WayOn[] {
  return kWaysOn[kind];
}
