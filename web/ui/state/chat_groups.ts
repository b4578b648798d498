/** Chat as it is read: messages of one person in a row are one group, days are parted. */
import type { ChatMessage, ParticipantId } from '../../sdk/src/index.ts';

export interface ChatGroup {
  /** Id of its first message. */
  readonly key: string;
  readonly from: ParticipantId;
  readonly fromName: string;
  readonly mine: boolean;
  /** A message to one person only. */
  readonly direct: boolean;
  readonly time: Date;
  /** Set on the first group of a day that is not the day of the group before. */
  readonly newDay: boolean;
  readonly messages: readonly ChatMessage[];
}

/** A pause after which a person's next message starts a new group. */
const kGroupPauseMs = 3 * 60_000;

export function groupChat(messages: readonly ChatMessage[], self: ParticipantId): ChatGroup[] {
  const groups: (ChatGroup & { messages: ChatMessage[] })[] = [];
  let lastTime = 0;
  for (const message of messages) {
    const time = new Date(message.time);
    const open = groups.at(-1);
    const joins =
      open &&
      open.from === message.from &&
      open.fromName === message.fromName &&
      open.messages[0]?.to === message.to &&
      time.getTime() - lastTime < kGroupPauseMs &&
      sameDay(open.time, time);
    lastTime = time.getTime();
    if (joins) {
      open.messages.push(message);
      continue;
    }
    groups.push({
      key: message.id,
      from: message.from,
      fromName: message.fromName,
      mine: message.from === self,
      direct: message.to !== undefined,
      time,
      newDay: open !== undefined && !sameDay(open.time, time),
      messages: [message],
    });
  }
  return groups;
}

/** Messages of others that came after the one last read. */
export function unreadCount(
  messages: readonly ChatMessage[],
  readSeq: number,
  self: ParticipantId,
): number {
  return messages.filter((message) => message.seq > readSeq && message.from !== self).length;
}

export type TextPart = { readonly text: string; readonly href?: string };

const kLink = /\bhttps?:\/\/[^\s<>"']+/gi;
/** Punctuation that ends the sentence, not the address. */
const kTail = /[.,;:!?…)\]}]+$/;

/** Splits text at web addresses. Only http and https ever become links. */
export function linkParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(kLink)) {
    const address = trimAddress(match[0]);
    if (!isWebAddress(address)) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index) });
    parts.push({ text: address, href: address });
    done = match.index + address.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done) });
  return parts;
}

/** Drops sentence punctuation, but keeps a closing bracket that was opened inside. */
function trimAddress(address: string): string {
  const tail = kTail.exec(address)?.[0] ?? '';
  let kept = address.slice(0, address.length - tail.length);
  for (const sign of tail) {
    const opener = sign === ')' ? '(' : sign === ']' ? '[' : undefined;
    if (!opener || count(kept, opener) <= count(kept, sign)) break;
    kept += sign;
  }
  return kept;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function isWebAddress(address: string): boolean {
  try {
    const { protocol, hostname } = new URL(address);
    return (protocol === 'https:' || protocol === 'http:') && hostname !== '';
  } catch {
    return false;
  }
}

function sameDay(a: Date, b: Date): boolean {
  return (
    a.getFullYear() === b.getFullYear() &&
    a.getMonth() === b.getMonth() &&
    a.getDate() === b.getDate()
  );
}
