// Firefox ESR, driven by WebDriver BiDi.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firefoxPath, puppeteer, web } from './dependencies.mjs';
import { Participant } from './peers.mjs';

const pageFolder = join(dirname(fileURLToPath(import.meta.url)), '../page');
const kTypes = { html: 'text/html', js: 'text/javascript' };

/** Firefox tries no candidate on loopback, so the media goes by an address of this machine's own. */
export const ownAddress = Object.values(networkInterfaces()).flat()
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** Serves the test page, since requests are not so easily caught here as in Chromium. */
class PageServer {
  #server;

  static async start() {
    const pages = new PageServer();
    pages.#server = createServer((request, response) => pages.#answer(request.url, response))
      .listen(0, '127.0.0.1');
    await once(pages.#server, 'listening');
    return pages;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  async #answer(url, response) {
    const path = normalize(new URL(url, this.url).pathname);
    const folder = path.startsWith('/test/') ? pageFolder : join(web, 'dist');
    try {
      const body = await readFile(join(folder, path.replace(/^\/test\//, '/')));
      response.setHeader('Content-Type', kTypes[path.split('.').pop()] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  async stop() {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

export class Firefox {
  #browser;
  #pages;

  static async launch() {
    const firefox = new Firefox();
    firefox.#pages = await PageServer.start();
    firefox.#browser = await puppeteer().launch({
      browser: 'firefox', executablePath: firefoxPath, headless: true,
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true,
        'media.navigator.audio.fake_frequency': 1000, 'media.autoplay.default': 0,
        'media.peerconnection.ice.obfuscate_host_addresses': false,
      },
    });
    return firefox;
  }

  async participant(name) {
    const page = await this.#browser.newPage();
    const person = new Participant(page, { close: () => page.close() }, name);
    await page.goto(`${this.#pages.url}/test/index.html`);
    await page.waitForFunction('window.ready');
    return person;
  }

  async close() {
    await this.#browser.close();
    await this.#pages.stop();
  }
}

