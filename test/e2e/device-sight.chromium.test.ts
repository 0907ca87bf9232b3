// What one opens the parts of a device for is in sight on a small laptop, in every look, without scrolling the page.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { appLooks, type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { eventually } from '#test/support/eventually.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];

describe.skipIf(browserMissing !== null)(
  `what is in sight of a device${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-device-sight-'));
    let hub: HubProcess;
    let browser: Browser;
    let app: AppPage;
    let page: Page;

    beforeAll(async () => {
      await buildPage();
      hub = await startHubProcess(['--data-dir', home, ...ports, '--demo', '3']);
      browser = await openBrowser();
      app = await openApp({ hub, browser });
      page = app.page;
    });
    afterAll(async () => {
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });
    afterEach(() => expect(app.complaints).toEqual([]));

    const show = (tab: string) => app.goto(`/devices/line-02?tab=${tab}`);
    /** Whole, and below nothing that lies over it. */
    const inSight = (place: string) =>
      page
        .locator(place)
        .first()
        .evaluate((element) => {
          const { left, right, top, bottom } = element.getBoundingClientRect();
          const bar = document.querySelector('.status-bar')?.getBoundingClientRect().top ?? 0;
          const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          return window.scrollY === 0 && top >= 0 && bottom <= bar && above !== null && element.contains(above);
        });
    const wholeLines = () =>
      page.locator('.log').evaluate((log) => {
        const end = Math.min(
          log.getBoundingClientRect().bottom,
          document.querySelector('.status-bar')?.getBoundingClientRect().top ?? 0,
        );
        return [...log.querySelectorAll('.log-line')]
          .map((line) => line.getBoundingClientRect())
          .filter(({ top, bottom }) => top >= log.getBoundingClientRect().top && bottom <= end).length;
      });

    test.each([
      ['logs', 'the newest line', '.log-line:last-child'],
      ['twin', 'what applies the changes', '.twin-acts button'],
      ['methods', 'what calls the method', 'button[aria-label="Call ping"]'],
      ['effective', 'the first value', 'tr[data-value]'],
      ['timeline', 'the first bar', '.timeline .bar'],
    ] as const)('when %s is opened on a small laptop, %s is in sight without scrolling', async (tab, _what, place) => {
      await show(tab);
      for (const look of appLooks) {
        await app.showLook(look);
        await eventually(async () => expect(await inSight(place)).toBe(true));
      }
      await app.showLook('light');
    });

    test('when logs are long, all looks have room for at least six whole lines and end above the status bar', async () => {
      await show('logs');
      await eventually(async () => expect(await page.locator('.log-line').count()).toBeGreaterThan(7));
      for (const look of appLooks) {
        await app.showLook(look);
        await eventually(async () => expect(await wholeLines()).toBeGreaterThanOrEqual(6));
      }
      await app.showLook('light');
    });

    test('when a device is new, its states are drawn from its beginning, with every flag whole, unless the address says otherwise', async () => {
      await show('timeline');
      const over = page.getByRole('combobox', { name: 'States over' });
      await page.locator('.timeline .marker path').first().waitFor();
      expect(await over.inputValue()).toBe('life');
      expect(await page.locator('.timeline').evaluate(cutThings)).toEqual([]);
      await over.selectOption('24h');
      await page.waitForURL(/over=24h/);
      await page.reload();
      await page.locator('.timeline .marker path').first().waitFor();
      expect(await over.inputValue()).toBe('24h');
      expect(await page.locator('.timeline').evaluate(cutThings)).toEqual([]);
    });
  },
);

/** What of a drawing lies beyond its edges: it would be cut there. */
function cutThings(timeline: Element): readonly string[] {
  const plot = timeline.querySelector('.timeline-plot')?.getBoundingClientRect();
  return [...timeline.querySelectorAll('.marker path, .tick text, .bar, .cursor')].flatMap((thing) => {
    const { left, right } = thing.getBoundingClientRect();
    const isOfPlot = thing.closest('.timeline-plot') !== null;
    return plot === undefined || (isOfPlot && (left < plot.left - 1 || right > plot.right + 1))
      ? [thing.outerHTML]
      : [];
  });
}
