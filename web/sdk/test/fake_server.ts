// A server at the other end of fake WebSockets. It keeps stays and their tokens, answers requests,
// and holds every frame in both directions against the schema.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';

declare const __WEB__: string;

type Frame = Record<string, unknown> & { type: string; id: number };

const schema = JSON.parse(
  readFileSync(join(__WEB__, 'sdk/schema/protocol.schema.json'), 'utf8')) as { definitions: object };
const ajv = new Ajv();
ajv.addSchema(schema, 'protocol');

/** Throws what is wrong with a frame. `definition` as named in the schema. */
export function checkFrame(definition: string, frame: unknown): void {
  const validate = ajv.getSchema(`protocol#/definitions/${definition}`);
  if (!validate) throw new Error(`No definition ${definition}`);
  if (validate(frame)) return;
  throw new Error(`${definition}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(frame)}`);
}

export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly received: Frame[] = [];
  closed = false;
  stay: string | undefined;

  constructor(readonly url: string, readonly protocol: string, readonly server: FakeServer) {}

  send(text: string): void {
    if (this.closed) return;
    const frame = JSON.parse(text) as Frame;
    checkFrame('request', frame);
    this.received.push(frame);
    setImmediate(() => { if (!this.closed) this.server.onFrame(this, frame); });
  }

  close(): void {
    this.closed = true;
  }

  /** Server to client. */
  deliver(frame: object): void {
    checkFrame('serverMessage', frame);
    if (!this.closed) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(code = 1006, reason = ''): void {
    if (this.closed) return;
    this.closed = true;
    this.onclose?.({ code, reason });
  }
}

export function participant(id: string, more: object = {}) {
  return {
    id, identity: id.slice(2), name: id.slice(2), via: 'websocket', connection: 'connected',
    joinedAt: '2026-01-01T00:00:00.000Z', hand: false, tracks: [], ...more,
  };
}

export function message(seq: number, text: string, from = 'p_bob') {
  return { id: `c_${seq}`, seq, from, fromName: 'Bob', text, time: '2026-01-01T00:00:00.000Z' };
}

interface Stay {
  id: string;
  identity: string;
  name: string;
  seq: number;
}

export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly stays = new Map<string, Stay>();
  up = true;
  /** Answers nothing: a dead path that nobody closed. */
  silent = false;
  /** Types of requests that get no answer. */
  readonly ignored = new Set<string>();
  participants: object[] = [];
  chat: object[] = [];
  /** Refuses the next requests of a type, in this order. */
  readonly refusals: Record<string, { code: string; action: string; retryAfterMs?: number }[]> = {};
  #count = 0;

  readonly createWebSocket = (url: string, protocol: string): WebSocket => {
    const socket = new FakeSocket(url, protocol, this);
    this.sockets.push(socket);
    setImmediate(() => {
      if (this.silent) return;
      if (this.up) socket.onopen?.();
      else socket.drop();
    });
    return socket as unknown as WebSocket;
  };

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('Nobody has connected.');
    return socket;
  }

  /** Every frame of a type that came, over all connections. */
  requests(type: string): Frame[] {
    return this.sockets.flatMap(({ received }) => received.filter((frame) => frame.type === type));
  }

  event(name: string, data: object): void {
    const stay = this.stays.get(this.socket.stay ?? '');
    if (!stay) throw new Error('Nobody is in the room.');
    this.socket.deliver({ type: 'event', seq: ++stay.seq, name, data });
  }

  /** Several at once, as in a crowded room. */
  events(...all: [name: string, data: object][]): void {
    const stay = this.stays.get(this.socket.stay ?? '');
    if (!stay) throw new Error('Nobody is in the room.');
    const events = all.map(([name, data]) => ({ type: 'event', seq: ++stay.seq, name, data }));
    this.socket.deliver({ type: 'events', events });
  }

  /** Forgets everybody. */
  restart(): void {
    this.stays.clear();
    this.socket.drop();
  }

  onFrame(socket: FakeSocket, frame: Frame): void {
    const { type, id } = frame;
    if (this.silent || this.ignored.has(type)) return;
    const refusal = this.refusals[type]?.shift();
    if (refusal) {
      socket.deliver({ type: 'error', to: type, id, message: `Refused: ${refusal.code}.`, ...refusal });
      return;
    }
    if (type === 'join' && typeof frame.resume === 'string' && !this.stays.has(frame.resume)) {
      socket.deliver({
        type: 'error', to: 'join', id, code: 'resume_expired', message: 'Too late.', action: 'rejoin',
      });
      return;
    }
    socket.deliver({ type: 'reply', to: type, id, result: this.#result(socket, frame) });
  }

  #result(socket: FakeSocket, frame: Frame): object {
    switch (frame.type) {
      case 'join': return this.#join(socket, frame);
      case 'offer': return { answer: 'answer' };
      case 'chat': return { message: message(900, frame.text as string, this.stays.get(socket.stay!)!.id) };
      case 'ping': return { time: '2026-01-01T00:00:00.000Z' };
      default: return {};
    }
  }

  #join(socket: FakeSocket, frame: Frame): object {
    const resumed = this.stays.get(frame.resume as string);
    this.stays.delete(frame.resume as string);
    this.#count++;
    const stay = resumed ?? {
      id: `p_self${this.#count}`, seq: 0, name: frame.name as string,
      identity: frame.identity as string ?? `made${this.#count}`,
    };
    const token = `token${this.#count}`;
    this.stays.set(token, stay);
    socket.stay = token;
    const { tracks, ...self } = participant(stay.id, { identity: stay.identity, name: stay.name });
    const grants = {
      canPublish: true, canSubscribe: true, canChat: true, moderator: false, recorder: false, hidden: false,
    };
    return {
      version: 1, self: { ...self, grants, tracks }, room: { name: frame.room, locked: false },
      participants: this.participants, slots: [{ mid: '0', reason: 'empty' }], chat: this.chat,
      resume: { token, windowMs: 30_000 }, seq: stay.seq,
      ...(frame.offer ? { answer: 'answer' } : {}),
    };
  }
}
