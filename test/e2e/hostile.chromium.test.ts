// Every screen, over a site whose devices and deployments hold what harms a careless page: nothing runs, nothing breaks, nothing that
// turns or hides text reaches the eye.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  deploymentPath,
  devicePath,
  historyPath,
  imagesPath,
  livePath,
  nextVersionPath,
  readinessPath,
  rolloutPath,
  settingsPath,
  sitePath,
} from '#renderer/words/paths.ts';
import { screens } from '#renderer/frame/screens.tsx';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { eventually } from '#test/support/eventually.ts';
import {
  harmFlag,
  hostileDeployment,
  hostileDevice,
  hostileRollout,
  type HostileSite,
  makeHostileSite,
} from '#test/support/hostile-site.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

const tabs = ['overview', 'twin', 'logs', 'methods', 'timeline', 'effective'];

const comparePath = `/history?${new URLSearchParams({ part: 'compare', device: hostileDevice, first: '1', second: '4102444800000' })}`;

/** Each screen of the table, and below it whatever shows one hostile thing whole. */
const addresses = [
  ...screens.map(({ path }) => path),
  ...tabs.map((tab) => `${devicePath(hostileDevice)}?tab=${tab}`),
  deploymentPath(hostileDeployment),
  nextVersionPath(hostileDeployment),
  rolloutPath(hostileRollout),
  readinessPath,
  '/history?part=timeline',
  comparePath,
];

describe.skipIf(browserMissing !== null)(
  `hostile texts${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    // A file system takes what a page must not: the settings show where the data lie.
    const home = mkdtempSync(join(tmpdir(), `lanyard-<img src=x onerror=window.${harmFlag}=1>\u202e\u2066-`));
    const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
    let hub: HubProcess;
    let browser: Browser;
    let app: AppPage;
    let console: Awaited<ReturnType<typeof openConsoleWindow>> | undefined;
    let site: HostileSite | undefined;

    beforeAll(async () => {
      await buildPage();
      hub = await startHubProcess(['--data-dir', home, ...ports]);
      console = await openConsoleWindow(hub.ready.console);
      site = await makeHostileSite(hub, console);
      browser = await openBrowser();
      app = await openApp({ hub, browser });
    });
    afterAll(async () => {
      await site?.end();
      console?.close();
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });

    test.each(addresses)(
      'when %s is shown, no script runs, nothing is wider than the window, no control character is there',
      async (path) => {
        await app.goto(path);
        // What it is about is there: else nothing hostile could be.
        await eventually(async () => {
          if (path === livePath) await site?.say();
          const mark = app.page.locator('main').getByText(markOf(path)).filter({ visible: true }).first();
          expect(await mark.isVisible()).toBe(true);
        });
        expect(await app.page.evaluate((flag) => flag in window, harmFlag)).toBe(false);
        expect(await app.page.locator('main').locator('img[src=x], script, a[href^="javascript:"]').count()).toBe(0);
        expect(await app.page.evaluate(treacherousTexts)).toEqual([]);
        expect(await app.page.evaluate(wideThings)).toEqual([]);
        expect(app.complaints).toEqual([]);
      },
    );

    test('when they are looked for in the palette, they are found and do no harm', async () => {
      await app.goto('/devices');
      await app.pressAll('Control+K');
      await app.page.keyboard.type(hostileDevice);
      await app.page.getByRole('option', { name: hostileDevice }).first().waitFor();
      await app.pressAll('Enter');
      await app.page.getByRole('heading', { name: hostileDevice }).waitFor();
      expect(new URL(app.page.url()).hash).toBe(`#${devicePath(hostileDevice)}`);
      expect(await app.page.evaluate(treacherousTexts)).toEqual([]);
      expect(app.complaints).toEqual([]);
    });
  },
);

/** A text of the hostile things themselves, that stands on the screen once they do: without it nothing would be judged. */
function markOf(path: string): string {
  if (path.includes('tab=logs') || path.includes('part=compare')) return 'onerror';
  const [place] = [...marks.keys()].filter((start) => path.startsWith(start)).toSorted((a, b) => b.length - a.length);
  const mark = place === undefined ? undefined : marks.get(place);
  if (mark === undefined) throw new Error(`Say what stands on ${path} once its hostile things do.`);
  return mark;
}

const marks: ReadonlyMap<string, string> = new Map([
  // What the device reports as the reason of its failure.
  [sitePath, 'onerror'],
  ['/devices', hostileDevice],
  ['/deployments', 'hostile-'],
  ['/rollouts', 'way-r'],
  ['/groups', 'ggggg'],
  [imagesPath, 'reg.invalid'],
  [readinessPath, 'hostile-'],
  [livePath, 'teller-1'],
  [historyPath, 'teller-1'],
  ['/history?part=timeline', 'ddddd'],
  // The name of the data folder.
  [settingsPath, 'onerror'],
]);

/** In the page: texts and words of controls that hold a character which orders, turns or hides. */
function treacherousTexts(): readonly string[] {
  // Line breaks and tabs lay out code; all else is for terminals and tricks.
  const treacherous = /[^\P{Cc}\t\n\r]|[\u200f\u202a-\u202e\u2066-\u2069]/u;
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    if (treacherous.test(node.textContent ?? '')) found.push(`text in ${node.parentElement?.outerHTML.slice(0, 160)}`);
  for (const element of document.querySelectorAll('*'))
    for (const name of ['title', 'aria-label', 'alt', 'placeholder', 'aria-description'])
      if (treacherous.test(element.getAttribute(name) ?? ''))
        found.push(`${name} of ${element.outerHTML.slice(0, 160)}`);
  return found;
}

/** In the page: what makes it wider than the window. */
function wideThings(): readonly string[] {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.querySelectorAll('main *')].filter(
    (element) => element.getBoundingClientRect().right > room + 1 && element.children.length === 0,
  );
  return [
    `the page is ${document.documentElement.scrollWidth} px wide`,
    ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 160)),
  ];
}
