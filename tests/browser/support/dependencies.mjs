// The tests' npm packages are those of web/: one package.json, one lock file.
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
export const web = join(root, 'web');

const require = createRequire(join(web, 'package.json'));
export const { chromium } = require('playwright-core');
export const Ajv = require('ajv');
export const axePath = require.resolve('axe-core/axe.min.js');
export const puppeteer = () => require('puppeteer-core');

export const protocolSchema =
  JSON.parse(readFileSync(join(web, 'sdk/schema/protocol.schema.json'), 'utf8'));

function firstOf(paths) {
  return paths.find((path) => path && existsSync(path));
}

export const chromiumPath = firstOf([process.env.CHROMIUM_BIN, '/usr/bin/chromium']);
export const firefoxPath = firstOf([process.env.FIREFOX_BIN, '/usr/bin/firefox-esr']);

/** The server under test; a missing one is a failure, never a skip. */
export const parlourPath = firstOf([process.env.PARLOUR_BIN, join(root, 'build/src/parlour')]);
