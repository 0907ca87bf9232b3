// What one opens the parts of a device for is in sight on a small laptop, in every look, without scrolling the page.
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { appLooks, type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
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
      // One that is away, for longer and longer.
      await app.goto('/devices/line-03');
      await page
        .locator('.device-told')
        .getByText(/^Connected/)
        .waitFor();
      const other = await openConsoleWindow(hub.ready.console);
      await other.client.setDeviceEnabled.mutate({ deviceId: 'line-03', isEnabled: false, reason: null });
      other.close();
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
      ['overview', 'the first module', 'tr[data-module]'],
      ['logs', 'the newest line', '.log-line:last-child'],
      ['twin', 'what applies the changes', '.twin-acts button'],
      ['methods', 'what calls the method', 'button[aria-label="Call ping"]'],
      ['methods', 'where messages are written', 'h2:has-text("Messages to the device")'],
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

    test('when a module crashes over and over, every look shows its state, its code and who wants it, none beyond the edge', async () => {
      await show('overview');
      const row = page.locator('tr[data-module="vibration"]');
      // It waits for its next start, or runs until the next end: never is it as it should be.
      await row.getByText(/^(Keeps restarting|Restarting|Failed)$/).waitFor();
      await row.getByText('139', { exact: true }).waitFor();
      for (const look of appLooks) {
        await app.showLook(look);
        const room = await page
          .locator('.surface:has(> .module-table)')
          .evaluate((box) => [box.scrollWidth, box.clientWidth]);
        expect(room[0]).toBe(room[1]);
      }
      await app.showLook('light');
    });

    test('when a call has no payload to speak of, its field is a line high, and grows with what is written', async () => {
      await show('methods');
      const field = page.getByRole('textbox', { name: 'Payload' });
      const heightOf = async () => (await page.locator('.method-payload .cm-editor').boundingBox())?.height ?? 0;
      await field.waitFor();
      const before = await heightOf();
      expect(before).toBeLessThan(50);
      await page.getByRole('button', { name: 'RestartModule' }).click();
      await page.getByText('Stops a module and starts it again.').waitFor();
      await eventually(async () => expect(await heightOf()).toBeGreaterThan(before + 40));
    });

    test('when states are drawn for the sun, the grid is lighter than the bars, and names take no room that words in bars need', async () => {
      await show('timeline');
      await app.showLook('sunlight');
      await page.locator('.timeline .bar').first().waitFor();
      const { grid, bar, spare } = await page.locator('.timeline').evaluate((timeline) => {
        const strokeOf = (place: string) => {
          const element = timeline.querySelector(place);
          return element === null ? '' : getComputedStyle(element).stroke;
        };
        const names = timeline.querySelector('.timeline-names');
        const words = [...(names?.querySelectorAll('li') ?? [])].map((name) => {
          const range = document.createRange();
          range.selectNodeContents(name);
          return range.getBoundingClientRect().width;
        });
        const width = names?.getBoundingClientRect().width ?? 0;
        return { grid: strokeOf('.tick line'), bar: strokeOf('.bar'), spare: width - Math.max(...words) };
      });
      expect(bar).toBe('rgb(0, 0, 0)');
      expect(grid).toMatch(/\b0?\.3\)$/);
      expect(spare).toBeLessThan(2);
      await app.showLook('light');
    });

    test('when a word stands in a bar with a pattern, the sun shows it on a ground of its own', async () => {
      const ground = page.locator('.state-away .ground, .state-off .ground').first();
      // The longer it is away, the more room there is for the words that say so.
      await eventually(async () => {
        await app.goto('/devices/line-03?tab=timeline');
        await page.reload();
        await page.locator('.timeline .bar').first().waitFor();
        expect(await ground.count()).toBe(1);
      }, 25_000);
      await app.showLook('sunlight');
      expect(await ground.evaluate((element) => getComputedStyle(element).fill)).toBe('rgb(255, 255, 255)');
      await app.showLook('light');
      expect(await ground.evaluate((element) => getComputedStyle(element).fill)).toBe('none');
    });

    test('when a line is drawn over time, the words of a time at its right edge have room', async () => {
      await app.goto('/live');
      await page
        .getByRole('button', { name: /temperature/ })
        .first()
        .click();
      await page.locator('.plot canvas').waitFor();
      const { beside, widest } = await page.locator('.plot').evaluate((plot) => {
        const right = plot.querySelector('canvas')?.getBoundingClientRect().right ?? 0;
        const over = plot.querySelector('.u-over')?.getBoundingClientRect().right ?? 0;
        const context = document.createElement('canvas').getContext('2d');
        if (context === null) throw new Error('There is no canvas.');
        context.font = `${Math.round(0.8 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize))}px ${getComputedStyle(plot).fontFamily}`;
        return { beside: right - over, widest: context.measureText('00:00:00').width };
      });
      expect(beside).toBeGreaterThanOrEqual(widest / 2);
    });

    test('when what changed is longer than there is room, its panes scroll, and what stands below them is whole in every look', async () => {
      await app.goto(`/history?part=compare&device=line-01&first=0&second=${Date.now() + 60_000}`);
      await page.getByText('They differ in').waitFor();
      for (const look of appLooks) {
        await app.showLook(look);
        const ends = await page.locator('.json-diff').evaluate((box) => {
          const panes = box.querySelector('.cm-mergeView');
          const bottoms = [...box.querySelectorAll('.json-diff-foot button')].map(
            (button) => button.getBoundingClientRect().bottom,
          );
          return {
            box: box.getBoundingClientRect().bottom,
            buttons: Math.max(...bottoms),
            scrolls: panes !== null && panes.scrollHeight > panes.clientHeight,
          };
        });
        expect(ends.scrolls).toBe(true);
        expect(ends.buttons).toBeLessThanOrEqual(ends.box);
      }
      await app.showLook('light');
    });

    test('when a device never connected, its page says how: the address, whom to trust, and what to type there', async () => {
      const other = await openConsoleWindow(hub.ready.console);
      await other.client.createDevices.mutate({
        deviceIds: ['spare-1'],
        isEdge: true,
        authentication: { type: 'sas' },
        tags: null,
      });
      other.close();
      await app.goto('/devices/spare-1');
      const steps = page.getByRole('region', { name: 'Connect it for the first time' });
      await steps.getByText(hub.ready.mqtts, { exact: true }).waitFor();
      await steps.getByRole('note').getByText('Devices on the network cannot reach this hub.').waitFor();
      const pem = readFileSync(hub.ready.caFile, 'utf8');
      await steps.getByText(new X509Certificate(pem).fingerprint256).waitFor();
      const coming = page.waitForEvent('download');
      await steps.getByRole('button', { name: 'Save the authority’s certificate' }).click();
      const saved = await coming;
      expect([saved.suggestedFilename(), readFileSync(await saved.path(), 'utf8')]).toEqual(['site-ca.pem', pem]);
      expect(await page.content()).not.toContain('SharedAccessKey=');
      await steps.getByRole('button', { name: 'Show the commands for the device' }).click();
      const commands = steps.getByRole('region', { name: 'Start the agent on the device' });
      await commands.getByText('DeviceId=spare-1;SharedAccessKey=••••••••').waitFor();
      await app.expectAccessible();
    });

    test('when layers lie on each other, bars are as long as the numbers beside them say, in every look', async () => {
      await show('effective');
      const layers = page.getByRole('list', { name: /^Layers/ });
      await layers.getByRole('button').first().waitFor();
      for (const look of appLooks) {
        await app.showLook(look);
        const drawn = await layers.getByRole('button').evaluateAll((buttons) =>
          buttons.map((button) => {
            const widthOf = (place: string) => button.querySelector(place)?.getBoundingClientRect().width ?? 0;
            const told = /(\d+) values?(?:, (\d+) hidden)?$/.exec(button.textContent.trim());
            return {
              values: [Number(told?.[1]), Number(told?.[2] ?? 0)],
              widths: [widthOf('.layer-gives'), widthOf('.layer-hidden')],
            };
          }),
        );
        const unit = Math.max(...drawn.map(({ values, widths }) => (widths[0] ?? 0) / (values[0] || Infinity)));
        for (const { values, widths } of drawn)
          for (const [at, width] of widths.entries())
            expect(Math.abs(width - (values[at] ?? 0) * unit)).toBeLessThanOrEqual(2.5);
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
