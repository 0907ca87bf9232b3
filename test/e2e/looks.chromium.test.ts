// Every screen of the app in its three looks: axe finds nothing, texts read at 4.5:1 (7:1 in sunlight), and in sunlight every target
// is large enough for a glove. A new screen in the table is judged by itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  deploymentPath,
  devicePath,
  newRolloutPath,
  nextVersionPath,
  pullsPath,
  readinessPath,
  rolloutPath,
} from '#renderer/words/paths.ts';
import { screens } from '#renderer/frame/screens.tsx';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { type DemoStory, prepareDemo } from '#test/screenshots/demo-story.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { eventually } from '#test/support/eventually.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

/** Below the screens themselves. */
const further = ['/devices/line-01', '/devices/nobody', readinessPath, pullsPath];
/** Of these the tests of their screens ask axe. */
const withAGlove: readonly (readonly [string, (story: DemoStory) => string])[] = [
  ...['twin', 'logs', 'methods', 'timeline', 'effective'].map(
    (tab) => [`${tab} of a device`, ({ device }: DemoStory) => `${devicePath(device)}?tab=${tab}`] as const,
  ),
  ['a deployment', ({ deployment }) => deploymentPath(deployment)],
  ['the editor', ({ deployment }) => nextVersionPath(deployment)],
  ['a rollout', ({ rollout }) => rolloutPath(rollout)],
  ['a new rollout', () => newRolloutPath],
  ['the states of devices in time', () => '/history?part=timeline'],
  ['the comparison of two moments', () => '/history?part=compare'],
];
const addresses = [...screens.map(({ path }) => path), ...further];

describe.skipIf(browserMissing !== null)(
  `the looks of the app${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-looks-'));
    let hub: HubProcess;
    let browser: Browser;
    let app: AppPage;
    let other: Awaited<ReturnType<typeof openConsoleWindow>>;
    let story: DemoStory;

    beforeAll(async () => {
      await buildPage();
      hub = await startHubProcess(['--data-dir', home, ...ports, '--demo', '12']);
      other = await openConsoleWindow(hub.ready.console);
      story = await prepareDemo(other.client);
      browser = await openBrowser();
      app = await openApp({ hub, browser });
    }, 90_000);
    afterAll(async () => {
      other?.close();
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });

    test.each(addresses)('when %s is shown, it is for all eyes and hands', async (path) => {
      await app.page.setViewportSize({ width: 1280, height: 800 });
      await app.goto(path);
      await app.expectAccessible();
      await expectRoom();
    });

    test.each(withAGlove)(
      'when %s is shown in sunlight, every target is large enough and nothing sticks out',
      async (_what, pathOf) => {
        await app.page.setViewportSize({ width: 1280, height: 800 });
        await app.goto(pathOf(story));
        // All there: what is still being read has no targets yet.
        await eventually(async () => expect(await app.page.getByText(/^Reading .* …$/).count()).toBe(0));
        await expectRoom();
      },
    );

    async function expectRoom(): Promise<void> {
      const { page } = app;
      await app.showLook('sunlight');
      expect(await page.evaluate(smallTargets)).toEqual([]);
      expect(await page.evaluate(faintChoices)).toEqual([]);
      // Half a screen, or a whole one at twice the size; plots take their new width a frame later.
      await page.setViewportSize({ width: 640, height: 800 });
      await eventually(async () => expect(await page.evaluate(widerThanTheWindow)).toEqual([]));
      expect(app.complaints).toEqual([]);
    }
  },
);

const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];

/** In the page: what is the chosen one of several, and whose fill stands out less than 3:1 from what is around it. */
function faintChoices(): readonly string[] {
  const groundOf = (element: Element | null): string => {
    const own = element === null ? 'rgb(255, 255, 255)' : getComputedStyle(element).backgroundColor;
    return element === null || own !== 'rgba(0, 0, 0, 0)' ? own : groundOf(element.parentElement);
  };
  return [...document.querySelectorAll('[aria-current=page], .tab[aria-current=true]')].flatMap((chosen) => {
    const [fill = 0, around = 0] = [chosen, chosen.parentElement].map((element) => {
      const [red = 0, green = 0, blue = 0] = (groundOf(element).match(/[\d.]+/g) ?? [])
        .map((part) => Number(part) / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    const ratio = (Math.max(fill, around) + 0.05) / (Math.min(fill, around) + 0.05);
    return ratio >= 3 ? [] : [`${chosen.outerHTML.slice(0, 120)} stands out ${ratio.toFixed(1)}:1`];
  });
}

/**
 * In the page: what can be pressed and is smaller than 44 px. Links within a sentence are text (WCAG 2.5.5); in a row of one height
 * they are targets, though they stand in the line.
 */
function smallTargets(): readonly string[] {
  const targets = 'button, input:not([type=hidden]), select, textarea, summary, a[href], [role=tab], [role=option]';
  return [...document.querySelectorAll<HTMLElement>(targets)].flatMap((target) => {
    const { width, height } = target.getBoundingClientRect();
    const style = getComputedStyle(target);
    const isUnseen = width <= 1 || height <= 1 || style.visibility === 'hidden' || style.opacity === '0';
    const isInRow = target.closest('.virtual:not([data-measured])') !== null;
    const isText = target.tagName === 'A' && style.display === 'inline' && !isInRow;
    // Of a switch, a box or a radio the whole line is pressed; of a field all of its frame.
    const isPart = target.matches('input[type=checkbox], input[type=radio], .cm-editor *');
    if (isUnseen || isText || isPart || target.matches('.skip') || (width >= 43.5 && height >= 43.5)) return [];
    return [`${target.outerHTML.slice(0, 120)} is ${Math.round(width)} × ${Math.round(height)}`];
  });
}

/** In the page: what sticks out of the window, unless it scrolls by itself as tables do. */
function widerThanTheWindow(): readonly string[] {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('main *, header *, footer *')]
    .filter((element) => element.getBoundingClientRect().right > room + 1)
    .map((element) => element.outerHTML.slice(0, 120))
    .slice(0, 5);
}
