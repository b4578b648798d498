// Builds the development page (web/ui/dev, painted people instead of a server), serves it with a
// content security policy as strict as the server's, and opens it in Chromium.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const web = join(dirname(fileURLToPath(import.meta.url)), '../../web');
const need = createRequire(join(web, 'package.json'));
const chromiumPath = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';

/** Why these tests cannot run here; undefined when they can. */
export function whySkipped() {
  if (!existsSync(chromiumPath)) return `no Chromium at ${chromiumPath}`;
  if (!existsSync(join(web, 'node_modules/esbuild'))) return 'web/node_modules is not installed';
  return undefined;
}

const kPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const kTypes = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

async function buildPage() {
  const esbuild = need('esbuild');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: web,
    entryPoints: { main: 'ui/dev/main.tsx' },
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    target: ['es2022', 'chrome111'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  const page = (await readFile(join(web, 'ui/index.html'), 'utf8'))
    .replace('src="main.tsx"', 'src="/main.js"')
    .replace('</head>', '<link rel="stylesheet" href="/main.css">\n</head>');
  return new Map([['/index.html', page], ...outputFiles.map((file) => [file.path, file.text])]);
}

/** Serves the page on a free port of the loopback interface. */
export async function servePage() {
  const files = await buildPage();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const known = files.has(pathname) ? pathname : extname(pathname) ? undefined : '/index.html';
    const shipped = join(web, 'ui/public', pathname.slice(1));
    const body = known
      ? files.get(known)
      : existsSync(shipped)
        ? await readFile(shipped)
        : undefined;
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': kTypes[extname(known ?? pathname)] ?? 'text/plain',
      'content-security-policy': kPolicy,
    });
    response.end(body);
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://localhost:${server.address().port}`, close: () => server.close() };
}

export async function launchChromium() {
  const { chromium } = await import(pathToFileURL(need.resolve('playwright-core')).href).then(
    (module) => module.default ?? module,
  );
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/**
 * Opens `path` in a page of its own. Whatever the page complains about (errors, refused styles and
 * scripts) is collected in `page.complaints`.
 */
export async function openPage(
  browser,
  url,
  path,
  {
    width = 1280,
    height = 800,
    theme = 'light',
    locale = 'en-GB',
    touch = false,
    storage = {},
  } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale,
    hasTouch: touch,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const choices = { name: 'Robin Keller', ...storage };
  await context.addInitScript((value) => {
    if (!localStorage.getItem('parlour.preferences'))
      localStorage.setItem('parlour.preferences', value);
  }, JSON.stringify(choices));
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text());
  });
  await page.goto(url + path);
  return page;
}

/** From the lobby into the call. */
export async function enterCall(page) {
  await page.getByRole('button', { name: /^Join/ }).click();
  await page.locator('.bar-main').waitFor();
}

/** Waits until every tile that will play plays, and movements have ended. */
export async function settled(page) {
  await page.waitForTimeout(500);
  await page.waitForFunction(
    () => [...document.querySelectorAll('video')].every((video) => video.readyState >= 2),
    undefined,
    { timeout: 10_000 },
  );
  await page.waitForTimeout(400);
}
