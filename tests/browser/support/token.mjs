import { createHmac } from 'node:crypto';

export const secret = 'a secret for tests, 32 bytes and more';
/** Settings of a server that takes these tokens. */
export const withTokens = { 'auth.mode': 'jwt', 'auth.secret': secret };

/** As docs/protocol.md, "Tokens"; good for an hour. */
export function token(sub, grants = {}, claims = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, name: sub, room: 'lobby', exp, grants, ...claims })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
