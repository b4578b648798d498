/** The page's address: `/` or `/r/{room}`, and a token that must not stay in it. */

export type Route = { readonly name: 'start' } | { readonly name: 'room'; readonly room: string };

export function parsePath(pathname: string): Route {
  const match = /^\/r\/([^/]+)\/?$/.exec(pathname);
  if (!match) return { name: 'start' };
  try {
    const room = cleanRoomName(decodeURIComponent(match[1] as string));
    return room ? { name: 'room', room } : { name: 'start' };
  } catch {
    return { name: 'start' }; // a stray % in the address
  }
}

export function roomPath(room: string): string {
  return `/r/${encodeURIComponent(room)}`;
}

/** What somebody typed (or pasted: a whole link too) as a room name; empty if nothing is left. */
export function cleanRoomName(typed: string): string {
  const pasted = /\/r\/([^/?#]+)/.exec(typed)?.[1];
  return (pasted ? safeDecode(pasted) : typed)
    .trim()
    .replace(/[\s/\\?#%]+/g, '-')
    .slice(0, 64);
}

/** Takes the token out of an address: `#token=` (kept from servers and logs) or `?token=`. */
export function takeToken(address: URL): { token?: string; rest: URL } {
  const rest = new URL(address);
  const hash = new URLSearchParams(rest.hash.slice(1));
  const token = hash.get('token') ?? rest.searchParams.get('token') ?? undefined;
  hash.delete('token');
  rest.searchParams.delete('token');
  rest.hash = hash.toString();
  return { token: token || undefined, rest };
}

const kFirst = [
  'quiet',
  'amber',
  'bright',
  'gentle',
  'mellow',
  'sunny',
  'velvet',
  'merry',
  'calm',
  'early',
];
const kSecond = [
  'cedar',
  'harbour',
  'linen',
  'maple',
  'meadow',
  'orchard',
  'lantern',
  'willow',
  'window',
  'river',
];

/** A name that can be read out on the telephone; the number keeps strangers apart. */
export function newRoomName(random: () => number = secureRandom): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] as string;
  return `${pick(kFirst)}-${pick(kSecond)}-${1000 + Math.floor(random() * 9000)}`;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function secureRandom(): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value / 2 ** 32;
}
