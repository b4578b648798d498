import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, dirname } from 'node:path';
import { parlourPath, web } from './dependencies.mjs';
import { eventually } from './eventually.mjs';

/** The first start on a machine scans all of GStreamer's plug-ins. */
const kReadyMs = 30_000;

/** A parlour process on free loopback ports, which it keeps over restarts. */
export class ParlourServer {
  #process;
  #log = '';
  #settings;
  httpPort;
  mediaPort;

  /** `settings`: what the configuration calls them, e.g. {'rooms.maxParticipants': 2}. */
  static async start(settings = {}) {
    if (!parlourPath) throw new Error('No server to test: build it, or name it in PARLOUR_BIN.');
    const server = new ParlourServer();
    server.httpPort = await freeTcpPort();
    server.mediaPort = await freeUdpPort();
    server.#settings = {
      'http.listen': '127.0.0.1', 'http.port': server.httpPort, 'http.webRoot': join(web, 'dist'),
      'media.listen': '127.0.0.1', 'media.port': server.mediaPort, 'media.advertise': '127.0.0.1',
      'timeouts.drainMs': 300,  // Nobody here needs the time to say good bye.
      ...settings,
    };
    await server.#run();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  /** Everything it has said, for a test that fails. */
  get log() {
    return this.#log;
  }

  get pid() {
    return this.#process.pid;
  }

  async #run() {
    const build = dirname(dirname(parlourPath));
    // Every PARLOUR_* is a setting to the server; those of the shell that runs the tests are not meant.
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('PARLOUR_')));
    const options = Object.entries(this.#settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    this.#process = spawn(parlourPath, options, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, GST_PLUGIN_PATH: join(build, 'plugins') },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { this.#log += text; });
    }
    const ended = once(this.#process, 'close').then(() => {
      throw new Error(`The server ended:\n${this.#log}`);
    });
    const ready = eventually(
      async () => (await fetch(`${this.url}/readyz`)).ok, 'the server is ready', kReadyMs);
    ready.catch(() => { /* Of no interest once it has ended. */ });
    await Promise.race([ready, ended]);
    ended.catch(() => { /* Later ends are the tests' business. */ });
  }

  get #running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** As a crash: nobody is told. */
  async kill() {
    if (!this.#running) throw new Error(`The server is not there to be killed:\n${this.#log}`);
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  async restart() {
    await this.kill();
    await this.#run();
  }

  /** Asks it to stop; resolves with its exit code, also where it has stopped before. */
  async stop() {
    if (this.#running) {
      const exited = once(this.#process, 'exit');
      const killer = setTimeout(() => this.#process.kill('SIGKILL'), 15_000);
      this.#process.kill('SIGINT');
      await exited;
      clearTimeout(killer);
    }
    const { exitCode, signalCode } = this.#process;
    if (signalCode) throw new Error(`The server ended by ${signalCode}.`);
    return exitCode;
  }
}

async function freeTcpPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function freeUdpPort() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
