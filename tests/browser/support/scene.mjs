// A test's stage: server, browser and people, cleaned up and inspected when the test ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromiumPath } from './dependencies.mjs';
import { Firefox } from './firefox.mjs';
import { Browser } from './peers.mjs';
import { ParlourServer } from './server.mjs';
import { TcpProxy } from './tcp_proxy.mjs';
import { Visitor } from './visitor.mjs';

export class Scene {
  #closers = [];
  #people = [];
  #browser;
  server;

  static async set(settings) {
    const scene = new Scene();
    scene.server = await ParlourServer.start(settings);
    return scene;
  }

  /** The shared browser, or one of its own with fake devices. */
  async browser(options) {
    if (!options && this.#browser) return this.#browser;
    const browser = await Browser.launch(options);
    this.#closers.push(() => browser.close());
    if (!options) this.#browser = browser;
    return browser;
  }

  async firefox() {
    const firefox = await Firefox.launch();
    this.#closers.push(() => firefox.close());
    return firefox;
  }

  async proxy() {
    const proxy = await TcpProxy.start(this.server.httpPort);
    this.#closers.push(() => proxy.stop());
    return proxy;
  }

  /** `via`: a proxy; `devices`: {colour, tone} of a browser of its own. */
  async person(name, { via, devices } = {}) {
    const browser = await this.browser(devices);
    const person = await browser.participant((via ?? this.server).url, name);
    this.#people.push(person);
    return person;
  }

  /** Somebody on the page itself. `devices` as for `person`; options as Visitor.open takes them. */
  async visitor(path, devices, options) {
    const visitor = await Visitor.open(await this.browser(devices), this.server.url + path, options);
    this.#people.push(visitor);
    return visitor;
  }

  /** Joins people with pictures into a room, one by one. `{Ada: 'red'}` */
  async people(room, casting, options = {}) {
    const people = [];
    for (const [name, colour] of Object.entries(casting)) {
      people.push(await (await this.person(name)).join(room, { colour, ...options }));
    }
    return people;
  }

  get problems() {
    return this.#people.flatMap(({ frames, errors }) => [...frames.problems, ...errors]);
  }

  async strike() {
    for (const close of this.#closers.reverse()) await close();
    return this.server.stop();
  }
}

/**
 * A test on a stage of its own. Fails on any frame that the schema does not know, on any error of a
 * page (but those that `expected` matches), and if the server does not end well.
 */
export function scene(name, play, { settings, expected, skip } = {}) {
  const reason = chromiumPath ? skip ?? false : 'Chromium is not installed (apt install chromium)';
  test(name, { skip: reason, timeout: 120_000 }, async () => {
    const stage = await Scene.set(settings);
    let failure;
    try {
      await play(stage);
    } catch (error) {
      failure = error;
    }
    const problems = stage.problems.filter((problem) => !expected?.test(problem));
    const code = await stage.strike().catch((error) => { failure ??= error; });
    if (failure) {
      failure.message += `\n--- the server's log\n${stage.server.log.slice(-6000)}`;
      if (problems.length > 0) failure.message += `\n--- also\n${problems.join('\n')}`;
      throw failure;
    }
    assert.deepEqual(problems, []);
    assert.equal(code, 0, `exit code ${code}\n${stage.server.log.slice(-4000)}`);
  });
}
