// Runs the unit tests: bundles every *.test.ts(x) of sdk/test and ui/ (Node 18 reads no TypeScript)
// and gives them to node --test. Arguments are substrings of the files to run.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const web = dirname(fileURLToPath(import.meta.url));
// Below web/, so that what stays unbundled is found in node_modules.
const out = join(web, '.cache', 'tests');

async function testsIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testsIn(path);
    return /\.test\.tsx?$/.test(entry.name) ? [path] : [];
  }));
  return nested.flat();
}

const wanted = process.argv.slice(2);
const tests = [...await testsIn(join(web, 'sdk')), ...await testsIn(join(web, 'ui'))]
  .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)));
if (tests.length === 0) {
  console.error('No tests found.');
  process.exit(1);
}
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await esbuild.build({
  absWorkingDir: web,
  entryPoints: Object.fromEntries(tests.map((path) => (
    [relative(web, path).replace(/\.tsx?$/, ''), path]))),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node18',
  packages: 'external',
  sourcemap: 'inline',
  alias: { parlour: './sdk/src/index.ts' },
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.css': 'empty', '.svg': 'text' },
  define: { __WEB__: JSON.stringify(web) },
  logLevel: 'warning',
});
const built = tests.map((path) => join(out, relative(web, path).replace(/\.tsx?$/, '.mjs')));
const run = spawn(process.execPath, ['--enable-source-maps', '--test', ...built], { stdio: 'inherit' });
run.on('exit', (code) => { process.exitCode = code ?? 1; });
