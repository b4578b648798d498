// Bundles the page (ui/) and the client library (sdk/) into dist/, as the server serves them:
//   dist/index.html                the page
//   dist/assets/<name>-<hash>.*    may be cached for ever
//   dist/sdk/parlour.js            the library as an ES module, with its source map
//   dist/examples/                 pages that show how to use it
//   dist/*                         ui/public/ as it is
// Everything that compresses has a .gz beside it. `--watch` rebuilds on change, uncompressed.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import * as esbuild from 'esbuild';

const web = dirname(fileURLToPath(import.meta.url));
const dist = join(web, 'dist');
const watch = process.argv.includes('--watch');

/**
 * The oldest browsers the page is for: color-mix() and oklch() in the style sheets need Chromium 111,
 * Firefox 113 and Safari 16.2; Firefox 115 is its oldest long-term release that counts, Safari 16.4
 * the first with all of ES2022.
 */
const browsers = ['es2022', 'chrome111', 'edge111', 'firefox115', 'safari16.4'];

const shared = {
  absWorkingDir: web,
  bundle: true,
  format: 'esm',
  target: browsers,
  minify: !watch,
  sourcemap: true,
  legalComments: 'none',
  alias: { parlour: './sdk/src/index.ts' },
  logLevel: 'info',
};

const sdk = {
  ...shared,
  entryPoints: { parlour: 'sdk/src/index.ts' },
  outdir: join(dist, 'sdk'),
};

const ui = {
  ...shared,
  entryPoints: { main: 'ui/main.tsx' },
  outdir: join(dist, 'assets'),
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  publicPath: '/assets',
  splitting: true,
  metafile: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.woff2': 'file', '.svg': 'file', '.png': 'file', '.mp3': 'file', '.wav': 'file' },
  plugins: [{
    name: 'page',
    setup: (build) => build.onEnd(async ({ metafile, errors }) => {
      if (errors.length === 0) await writePage(metafile);
    }),
  }],
};

/** index.html names main.tsx; the built page names what became of it, and its style sheet. */
async function writePage({ outputs }) {
  const [script, main] = Object.entries(outputs).find(([, each]) => each.entryPoint === 'ui/main.tsx');
  const url = (path) => `/${relative('dist', path)}`;
  const style = main.cssBundle ? `<link rel="stylesheet" href="${url(main.cssBundle)}">\n` : '';
  const page = await readFile(join(web, 'ui/index.html'), 'utf8');
  const source = /src="(?:\.?\/)?main\.tsx"/;
  if (!source.test(page)) throw new Error('ui/index.html does not load main.tsx');
  await writeFile(join(dist, 'index.html'), page
    .replace(source, `src="${url(script)}"`)
    .replace('</head>', `${style}</head>`));
  if (existsSync(join(web, 'ui/public'))) await cp(join(web, 'ui/public'), dist, { recursive: true });
}

/** Text of any size worth it. Fonts and pictures are compressed already. */
async function compress(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await compress(path);
    else if (/\.(html|js|css|svg|json|webmanifest|map|txt)$/.test(entry.name)) {
      await writeFile(`${path}.gz`, await promisify(gzip)(await readFile(path), { level: 9 }));
    }
  }
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await cp(join(web, 'examples'), join(dist, 'examples'), { recursive: true });
const targets = [sdk, ...(existsSync(join(web, 'ui/main.tsx')) ? [ui] : [])];
if (watch) {
  for (const target of targets) await (await esbuild.context(target)).watch();
} else {
  await Promise.all(targets.map((target) => esbuild.build(target)));
  await compress(dist);
}
