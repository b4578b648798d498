// Do browsers accept the answers we write, and understand them as we mean them?
//   node tests/browser/sdp_answers.mjs <answer_cli> [<folder to write the offers to>]
// Exit code 77 (a skip, to Meson) with a reason where there is no browser to ask.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, shapes } from './sdp_offer_shapes.mjs';

const [answerCli, offersFolder] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'parlour-sdp-'));

async function dependencies() {
  try {
    return await import('./support/dependencies.mjs');
  } catch (error) {
    console.log(`skipped: no npm packages (npm ci in web/): ${error.message.split('\n')[0]}`);
    process.exit(77);
  }
}

/** Our answer; `before` is the file of the offer this one follows, if any. */
function answer(sdp, before) {
  const { status, stdout, stderr } = spawnSync(
    answerCli, before ? [before] : [], { input: sdp, encoding: 'utf8' });
  assert.equal(status, 0, `no answer: ${stderr}`);
  return stdout;
}

async function run(page, browser, name, steps) {
  let before;
  for (const [index, { does, options, directions, rids }] of steps.entries()) {
    await page.evaluate(does);
    const sdp = await page.evaluate((given) => window.offer(given), options ?? {});
    const step = `${browser}_${name}${index ? `_${index}` : ''}`;
    if (offersFolder) writeFileSync(join(offersFolder, `${step}.sdp`), sdp);
    const came = await page.evaluate((given) => window.take(given), answer(sdp, before));
    assert.equal(came.state, 'stable', step);
    const expected = [...directions].sort();
    assert.deepEqual(came.directions.filter((one) => one !== 'stopped').sort(), expected, step);
    if (rids) assert.deepEqual(came.rids, rids, step);
    before = join(scratch, `${step}.sdp`);
    writeFileSync(before, sdp);
    console.log(`ok ${step}: ${sdp.length} bytes`);
  }
}

async function runAll(page, browser) {
  await page.evaluate(prepare);
  for (const [name, steps] of Object.entries(shapes))
    if ([undefined, browser].includes(steps[0].only)) await run(page, browser, name, steps);
}

async function inChromium(chromium, executablePath) {
  const browser = await chromium.launch({
    executablePath, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'] });
  try {
    await runAll(await browser.newPage(), 'chromium');
  } finally {
    await browser.close();
  }
}

async function inFirefox(puppeteer, executablePath) {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  try {
    await runAll(await browser.newPage(), 'firefox');
  } finally {
    await browser.close();
  }
}

const { chromium, chromiumPath, puppeteer, firefoxPath } = await dependencies();
if (!chromiumPath && !firefoxPath) console.log('skipped: neither Chromium nor Firefox is installed');
try {
  if (chromiumPath) await inChromium(chromium, chromiumPath);
  if (firefoxPath) await inFirefox(puppeteer(), firefoxPath);
  else if (chromiumPath) console.log('without Firefox, which is not installed');
} finally {
  rmSync(scratch, { recursive: true });
}
process.exitCode = chromiumPath || firefoxPath ? 0 : 77;
