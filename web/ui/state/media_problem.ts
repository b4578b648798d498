/** Why a camera or microphone could not be had, in terms that a user can act on. */

export type MediaProblem =
  /** The user, the browser or a policy said no. */
  | 'refused'
  /** Nothing is plugged in. */
  | 'missing'
  /** Another program holds it, or it broke. */
  | 'busy'
  /** The page is not on HTTPS, so the browser offers no devices at all. */
  | 'insecure'
  /** It was there and went away. */
  | 'unplugged'
  | 'unknown';

export function mediaProblem(error: unknown): MediaProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      return 'refused';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'busy';
    default:
      return 'unknown';
  }
}
