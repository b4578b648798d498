import type { ErrorAction, ErrorCode } from './types.ts';

/** What every promise of the library is rejected with. */
export class ParlourError extends Error {
  override readonly name: string = 'ParlourError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** What can be done about it. */
    readonly action: ErrorAction = 'none',
    /** With `wait`: how long, if the server said so. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** A join that failed. */
export class JoinError extends ParlourError {
  override readonly name = 'JoinError';

  static from(error: unknown): JoinError {
    if (error instanceof JoinError) return error;
    if (error instanceof ParlourError) {
      return new JoinError(error.code, error.message, error.action, error.retryAfterMs);
    }
    return new JoinError('unsupported', error instanceof Error ? error.message : String(error));
  }
}
