// Runs the browser tests, one file after the other (each wants the whole machine):
//   node tests/browser/run.mjs [part of a file name...]
// PARLOUR_BIN names the server, else build/src/parlour is used. web/ must have been built.
// A file that fails is run once more, and says so: a browser on a busy machine is not deterministic.
// What fails twice has failed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parlourPath, web } from './support/dependencies.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part))).sort();

if (!parlourPath) fail('No server to test: build it, or name it in PARLOUR_BIN.');
if (!existsSync(join(web, 'dist/sdk/parlour.js'))) fail('Build the client first: npm run build in web/.');
if (files.length === 0) fail(`No test file matches ${wanted.join(', ')}.`);

const failed = [];
for (const file of files) {
  const began = Date.now();
  let run = runFile(file);
  if (run.status !== 0) {
    // Its counts are not printed: the second run's are.
    const why = run.stdout.split('\n').filter((line) => /^\s*not ok/.test(line)).join('\n');
    console.log(`again: ${file} failed once\n${why}`);
    run = runFile(file);
  }
  process.stdout.write(run.stdout);
  console.log(`${run.status === 0 ? 'passed' : 'FAILED'} ${file} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  if (run.status !== 0) failed.push(file);
}
if (failed.length > 0) fail(`Failed: ${failed.join(', ')}`);

function runFile(file) {
  return spawnSync(process.execPath, ['--test', join(folder, file)],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
