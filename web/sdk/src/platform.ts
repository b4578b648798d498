import { JoinError } from './errors.ts';
import type { Platform } from './types.ts';

/** The browser's own, with what the caller replaces. Throws JoinError where there is no WebRTC. */
export function platformOf(overrides: Partial<Platform> = {}): Platform {
  if (!overrides.createPeerConnection && typeof RTCPeerConnection === 'undefined') {
    throw new JoinError('unsupported', 'This browser cannot make calls: it has no WebRTC.');
  }
  return {
    createPeerConnection: (config) => new RTCPeerConnection(config),
    createWebSocket: (url, protocol) => new WebSocket(url, protocol),
    receiverCapabilities: (kind) => RTCRtpReceiver.getCapabilities?.(kind) ?? null,
    now: () => performance.now(),
    setTimeout: (callback, ms) => setTimeout(callback, ms) as unknown as number,
    clearTimeout: (id) => clearTimeout(id),
    random: () => Math.random(),
    ...overrides,
  };
}

/** `https://host/x` and `host` become `wss://host/v1/ws`; a `ws:` address is taken as it is. */
export function webSocketUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url.includes('://') ? url : `https://${url}`);
  } catch {
    throw new JoinError('bad_argument', `Not an address: "${url}".`, 'fix');
  }
  if (parsed.protocol === 'ws:' || parsed.protocol === 'wss:') {
    if (parsed.pathname === '/') parsed.pathname = '/v1/ws';
    return parsed.href;
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new JoinError('bad_argument', `Not a web address: "${url}".`, 'fix');
  }
  return `${parsed.protocol === 'http:' ? 'ws:' : 'wss:'}//${parsed.host}/v1/ws`;
}
