// Parlour's client library. See README.md beside this folder.
export { join } from './join.ts';
export type { Call } from './call.ts';
export { JoinError, ParlourError } from './errors.ts';
export type * from './types.ts';
