// What an error, a close code or an `ended` event means for going on. Pure.
import type { Ending, LeaveReason } from './types.ts';
import type { ParlourError } from './errors.ts';

/** `resume`: the same again, later. `rejoin`: from the start, later. */
export type Verdict = 'resume' | 'rejoin' | 'end';

const kTransient = new Set(['unreachable', 'timeout', 'disconnected']);
/** The token of a stay that the server no longer knows. */
const kStayIsGone = new Set(['resume_expired', 'not_joined', 'fingerprint_changed']);

export function afterJoinError(error: ParlourError): Verdict {
  if (kTransient.has(error.code)) return 'resume';
  if (kStayIsGone.has(error.code) || error.action === 'rejoin') return 'rejoin';
  if (error.action === 'wait') return 'resume';
  return 'end';
}

/** Being thrown out is final; a server that stops, or lost us, is joined again. */
export function afterEnded(reason: LeaveReason, connectedForMs: number): Verdict {
  if (reason === 'serverStopping' || reason === 'timedOut') return 'rejoin';
  // A failure of our stay in the server may be passing; one that comes at once again is not.
  if (reason === 'failed') return connectedForMs > kSettledMs ? 'rejoin' : 'end';
  return 'end';
}
const kSettledMs = 30_000;

/** The server's close codes (docs/protocol.md), for when `ended` itself did not arrive. */
const kReasonOfClose: Record<number, LeaveReason> = {
  4001: 'replaced', 4002: 'removed', 4003: 'serverStopping', 4004: 'timedOut', 4005: 'failed',
};

export function reasonOfClose(code: number): LeaveReason | undefined {
  return kReasonOfClose[code];
}

/** The server closed because of what we sent; more of the same would not help. */
export const kTooManyErrors = 4008;

export function refused(error: ParlourError): Ending {
  return { reason: 'refused', message: error.message, code: error.code };
}
