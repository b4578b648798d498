import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Stands between browsers and the server's TCP port, and can be cut. Media does not pass here. */
export class TcpProxy {
  #server;
  #sockets = new Set();
  #open = true;

  static async start(targetPort) {
    const proxy = new TcpProxy();
    proxy.#server = createServer((client) => proxy.#pair(client, targetPort)).listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Breaks every connection; new ones are refused until `mend()`. */
  cut() {
    this.#open = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend() {
    this.#open = true;
  }

  async stop() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pair(client, port) {
    if (!this.#open) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    for (const [from, to] of [[client, server], [server, client]]) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
