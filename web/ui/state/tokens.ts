/** Tokens of rooms, for as long as the tab lives: a reload must not cost the way back in. */

export interface Tokens {
  of(room: string): string | undefined;
  keep(room: string, token: string): void;
}

export function createTokens(
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined = tabStorage(),
): Tokens {
  const kept = new Map<string, string>();
  const key = (room: string) => `parlour.token.${room}`;
  return {
    of: (room) => kept.get(room) ?? storage?.getItem(key(room)) ?? undefined,
    keep(room, token) {
      kept.set(room, token);
      try {
        storage?.setItem(key(room), token);
      } catch {
        // No storage: the token lives as long as the page.
      }
    },
  };
}

/** The `name` claim of a JWT, unverified: only to fill in the name field. */
export function nameInToken(token: string): string {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (sign) => sign.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const name = (claims as { name?: unknown } | null)?.name;
    return typeof name === 'string' ? name.slice(0, 64) : '';
  } catch {
    return '';
  }
}

function tabStorage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
