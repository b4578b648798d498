/** Avatars: one or two letters and a colour that stay the same for a person. */

const kColours = 10;

export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s\-_.]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = words[0];
  if (!first) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return (letter(first) + (last ? letter(last) : '')).toLocaleUpperCase();
}

/** 0 to 9: the number of a `--avatar-N` colour. */
export function avatarColour(identity: string): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (let index = 0; index < identity.length; index++) {
    hash = Math.imul(hash ^ identity.charCodeAt(index), 0x01000193) >>> 0;
  }
  hash ^= hash >>> 15; // spread the high bits: names differ little in the low ones
  hash = Math.imul(hash, 0x2c1b3c6d) >>> 0;
  hash ^= hash >>> 12;
  return (hash >>> 0) % kColours;
}

function letter(word: string): string {
  const segments = [...word];
  return segments.find((sign) => /[\p{L}\p{N}]/u.test(sign)) ?? '';
}
