// `npm run screenshots`: opens every screen of the app and its main dialogs over a demo hub, in all looks, and keeps what a person
// would see in resources/screenshots. Names of screens given as arguments make those alone; `--to` another folder; `--png` for
// programs that read no WebP, at thrice the size.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { productRoot } from '#entry/build-freshness.js';
import { reachableNames } from '#hub/certificates/server-certificate.ts';
import { type AppLook, appLooks, type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { startHubProcess } from '#test/support/hub-process.ts';
import { type Shot, shotsOf } from './shots.ts';
import { prepareDemo, settleDemo } from './demo-story.ts';

const quality = 82;

const { values, positionals } = parseArgs({
  options: { to: { type: 'string' }, png: { type: 'boolean' } },
  allowPositionals: true,
});
const format = values.png === true ? 'png' : 'webp';
const target = values.to ?? join(productRoot(import.meta.dirname), 'resources', 'screenshots');
const dataDir = mkdtempSync(join(tmpdir(), 'lanyard-screenshots-'));
await buildPage();
const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
const hub = await startHubProcess(['--demo', '12', '--data-dir', dataDir, ...ports]);
try {
  const { client, close } = await openConsoleWindow(hub.ready.console);
  const story = await prepareDemo(client);
  await settleDemo(client, story);
  close();
  const browser = await openBrowser();
  try {
    mkdirSync(target, { recursive: true });
    const app = await openApp({ hub, browser });
    const shots = (await shotsOf(app.page, story)).filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    let bytes = 0;
    for (const shot of shots) bytes += await takeShot(app, shot);
    const complaints = app.complaints.length === 0 ? '' : `; the browser complained: ${app.complaints.join(' | ')}`;
    process.stdout.write(`${shots.length * appLooks.length} pictures, ${Math.round(bytes / 1000)} KB${complaints}\n`);
  } finally {
    await browser.close();
  }
} finally {
  await hub.end('SIGTERM');
  rmSync(dataDir, { recursive: true, force: true });
}

/** Returns how many bytes the pictures have. */
async function takeShot(app: AppPage, { name, path, open }: Shot): Promise<number> {
  let bytes = 0;
  await app.goto(path);
  await open?.(app.page);
  for (const look of appLooks) bytes += await takeLook(app, look, name);
  await app.page.keyboard.press('Escape');
  return bytes;
}

async function takeLook(app: AppPage, look: AppLook, name: string): Promise<number> {
  await app.showLook(look);
  await settled(app);
  await hideMachine(app);
  const session = await app.page.context().newCDPSession(app.page);
  const { data } = await session.send('Page.captureScreenshot', { format, ...(format === 'webp' && { quality }) });
  await session.detach();
  const picture = Buffer.from(data, 'base64');
  writeFileSync(join(target, `${name}-${look}.${format}`), picture);
  return picture.byteLength;
}

/** Pictures are kept: whose machine made them is nobody's business. */
async function hideMachine({ page }: AppPage): Promise<void> {
  const own = reachableNames('127.0.0.1').join(', ');
  const instead = [
    [dataDir, '/home/technician/.local/share/lanyard'],
    [own, '127.0.0.1, localhost'],
    [hostname(), 'technician-laptop'],
  ];
  await page.evaluate((pairs) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode())
      for (const [found = '', shown = ''] of pairs)
        if (node.nodeValue?.includes(found) === true) node.nodeValue = node.nodeValue.replaceAll(found, shown);
  }, instead);
}

/** Until nothing says that it is being read, and what is shown stays the same but for its ages. */
async function settled({ page }: AppPage): Promise<void> {
  await page.waitForFunction(
    () => {
      const text = document.body.innerText.replaceAll(/\d+/g, '');
      const kept = window as unknown as { shownBefore?: string; sameFor?: number };
      kept.sameFor = text === kept.shownBefore ? (kept.sameFor ?? 0) + 1 : 0;
      kept.shownBefore = text;
      const isReading = /\b(Reading|Asking|Looking|Counting|Opening|Loading)\b[^.\n]*…/.test(text);
      return kept.sameFor > 8 && !isReading;
    },
    undefined,
    { timeout: 20_000, polling: 'raf' },
  );
}
