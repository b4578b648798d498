import { join, type Call, type CallEvents, type JoinOptions } from '../src/index.ts';
import { FakeClock, settle } from './fake_clock.ts';
import { FakePeerConnection } from './fake_peer_connection.ts';
import { FakeServer } from './fake_server.ts';

export class Fixture {
  readonly clock = new FakeClock();
  readonly server = new FakeServer();
  readonly peers: FakePeerConnection[] = [];
  /** What was told, in order: "state connected", ... */
  readonly told: string[] = [];

  get peer(): FakePeerConnection {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error('There is no PeerConnection.');
    return peer;
  }

  options(more: Partial<JoinOptions> = {}): JoinOptions {
    return {
      url: 'https://call.example', room: 'lobby', name: 'Ada', videoSlots: 2,
      platform: {
        createPeerConnection: () => {
          const peer = new FakePeerConnection();
          this.peers.push(peer);
          return peer as unknown as RTCPeerConnection;
        },
        createWebSocket: this.server.createWebSocket,
        receiverCapabilities: () => null,
        now: this.clock.now,
        setTimeout: this.clock.setTimeout,
        clearTimeout: this.clock.clearTimeout,
        random: () => 0.5,
      },
      ...more,
    };
  }

  /** In the room, with media flowing. */
  async joined(more: Partial<JoinOptions> = {}): Promise<Call> {
    const call = await join(this.options(more));
    this.peer.setIce('connected');
    for (const name of ['state', 'ended', 'reconnecting', 'warning'] as const) this.#record(call, name);
    await settle();
    return call;
  }

  #record<K extends keyof CallEvents>(call: Call, name: K): void {
    call.on(name, (data) => this.told.push(
      `${name} ${typeof data === 'string' ? data : JSON.stringify(data)}`));
  }

  /** The states the call went through. */
  states(): string[] {
    return this.told.flatMap((line) => (line.startsWith('state ') ? [line.slice(6)] : []));
  }
}
