// The list of devices as a technician works in it, over the real hub in Chromium: devices are added, found, tagged, disabled and
// deleted, by mouse and by keyboard alone; and a busy site draws what changed, and no more often than the hub tells it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtPageDir, productRoot } from '#entry/build-freshness.js';
import { createConsoleListener } from '#hub/console/console-listener.ts';
import { addProbe, commitsOf } from '#test/bench/page-probe.ts';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { createImagesDouble } from '#test/support/console-images-double.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { createConsoleSite, silentLog } from '#test/support/console-site.ts';
import { eventually } from '#test/support/eventually.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';
import { aSiteDesk } from '#test/support/site-desk-double.ts';
import { theSiteFacts } from '#test/support/site-facts.ts';

let browser: Browser;

describe.skipIf(browserMissing !== null)('the list of devices', () => {
  beforeAll(async () => {
    await buildPage();
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser.close());

  describe('over a hub process', () => {
    let dir: string;
    let hub: HubProcess;
    let app: AppPage;

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'lanyard-devices-'));
      const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
      hub = await startHubProcess(['--data-dir', dir, ...ports]);
      app = await openApp({ hub, browser });
    }, 60_000);
    afterAll(async () => {
      await app.close();
      await hub.end('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    });
    beforeEach(() => app.goto('/devices'));
    afterEach(() => expect(app.complaints).toEqual([]));

    const row = (id: string) => app.page.locator(`tr[data-device="${id}"]`);
    const rowIds = () =>
      app.page.locator('tr[data-device]').evaluateAll((rows) => rows.map((at) => at.getAttribute('data-device')));

    test('when the first device is added, a mistake in its id is explained and its key is hidden until it is asked for', async () => {
      const { page } = app;
      // This hub listens at loopback: nobody is handed its address without a word.
      const warning = page.getByRole('note').getByText('Devices on the network cannot reach this hub.');
      await warning.waitFor();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Add the first device' }).click();
      const id = page.getByLabel('Device id');
      await id.fill('pump/1');
      await page.getByText('pump/1 has “/” in it').waitFor();
      expect(await page.getByRole('dialog').getByRole('button', { name: 'Add device' }).isDisabled()).toBe(true);
      await id.fill('pump-1');
      await page.getByLabel('Tags, one per line').fill('site = north\nplace.floor = 2');
      await app.expectAccessible();
      await page.getByRole('dialog').getByRole('button', { name: 'Add device' }).click();
      const secret = page.getByRole('region', { name: 'Connection string' });
      await secret.waitFor();
      expect(await secret.locator('code').innerText()).toContain('DeviceId=pump-1;SharedAccessKey=••••••••');
      await page.getByRole('dialog').getByRole('note').getByText('It listens at 127.0.0.1').waitFor();
      await secret.getByRole('button', { name: /^Show/ }).click();
      expect(await secret.locator('code').innerText()).toMatch(/SharedAccessKey=[\w+/]{43}=/);
      const commands = page.getByRole('region', { name: 'Start the agent on the device' }).locator('code');
      expect(await commands.innerText()).toMatch(
        /DeviceId=pump-1;SharedAccessKey=•{8}" \| sudo install -m 600 \/dev\/stdin \/etc\/lanyard-agent\/connection-string$/m,
      );
      expect(await commands.innerText()).toMatch(/site-ca\.pem \/etc\/lanyard-agent\/hub-ca\.pem$/m);
      const other = page.getByRole('region', { name: /without the package/ }).locator('code');
      expect(await other.innerText()).toContain(`--ca "${hub.ready.caFile}"`);
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Done' }).click();
      await row('pump-1').getByText('Never connected').waitFor();
    });

    test('when ids are pasted, all are added; words, a condition and tags as columns find them', async () => {
      const { page } = app;
      await page.getByRole('button', { name: 'Add device' }).click();
      const ids = Array.from({ length: 60 }, (_, at) => `valve-${String(at).padStart(2, '0')}`);
      await page.getByLabel('Device id').fill(ids.join('\n'));
      await page.getByLabel('Plain device').check();
      await page.getByLabel('Tags, one per line').fill('site = south');
      await page.getByRole('button', { name: 'Add 60 devices' }).click();
      await page.getByRole('heading', { name: '60 of 60 devices are added' }).waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('link', { name: 'All 61' }).waitFor();

      await page.getByLabel('Find devices by id or tag').fill('south 07');
      await page.getByRole('link', { name: 'All 1', exact: true }).waitFor();
      expect(await rowIds()).toEqual(['valve-07']);
      await page.getByLabel('Find devices by id or tag').fill('');

      const condition = page.getByRole('combobox', { name: 'Condition on tags' });
      await condition.fill("tags.site == 'north'");
      await page.getByText(/^At character 1[12]:/).waitFor();
      await condition.fill('');
      await condition.pressSequentially('tags.s');
      await page.getByRole('option', { name: 'tags.site' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.keyboard.type("= 'north'");
      await page.getByText(/The condition means 1, asked/).waitFor();
      await eventually(async () => expect(await rowIds()).toEqual(['pump-1']));
      expect(page.url()).toContain('query=tags.site');
      await app.expectAccessible();

      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: 'place.floor' }).check();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Done' }).click();
      expect(await row('pump-1').innerText()).toMatch(/\b2\b/);
      await page.getByRole('button', { name: 'Save view' }).click();
      await page.getByLabel('Name').fill('In the north');
      await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click();
      await app.goto('/devices');
      await page.getByRole('link', { name: 'In the north' }).click();
      await eventually(async () => expect(await rowIds()).toEqual(['pump-1']));
    });

    test('when one types on before the next frame, the letters stand behind what was completed', async () => {
      const { page } = app;
      const condition = page.getByRole('combobox', { name: 'Condition on tags' });
      await condition.pressSequentially('tags.s');
      await page.getByRole('option', { name: 'tags.site' }).waitFor();
      // A machine so busy that no frame comes while one types.
      await page.evaluate(() => {
        const frames: FrameRequestCallback[] = [];
        const real = window.requestAnimationFrame;
        window.requestAnimationFrame = (frame) => frames.push(frame);
        addEventListener('frames-go-on', () => {
          window.requestAnimationFrame = real;
          frames.map((frame) => real(frame));
        });
      });
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.keyboard.type('=');
      await page.evaluate(() => dispatchEvent(new Event('frames-go-on')));
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      await page.keyboard.type(" 'north'");
      expect(await condition.inputValue()).toBe("tags.site = 'north'");
      // It goes into the address after a moment: not into that of the next test.
      await page.waitForURL(/query=tags\.site/);
    });

    test('when devices are chosen and changed, it is asked first, counted, goes on elsewhere, and what failed is tried again', async () => {
      const { page } = app;
      await app.goto('/devices?words=valve');
      await page.getByLabel('Choose valve-00').click();
      await page.getByLabel('Choose valve-03').click({ modifiers: ['Shift'] });
      await page.getByText('4 of 60 chosen').waitFor();
      await page.getByRole('button', { name: 'Choose all 60 in this list' }).click();
      await page.getByText('60 of 60 chosen').waitFor();
      await page.getByRole('button', { name: 'Disable', exact: true }).click();
      await page.getByRole('dialog').getByText('and 48 more').waitFor();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Disable 60 devices' }).click();
      await app.goto('/deployments');
      await app.goto('/devices');
      await page.getByText('60 of 60 disabled.').waitFor();
      await page.getByRole('link', { name: 'Disabled 60' }).waitFor();
      await page.getByRole('button', { name: 'Close' }).click();

      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const confirm = page.getByRole('button', { name: 'Delete 60 devices' });
      expect(await confirm.isDisabled()).toBe(true);
      await page.getByLabel('To do it, type 60 devices').fill('60 devices');
      await confirm.click();
      await page.getByText('60 of 60 deleted.').waitFor();
      await page.getByRole('link', { name: 'All 1', exact: true }).waitFor();
      // They are chosen still, and gone: that is told by name, and can be tried again alone.
      await page.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('button', { name: 'Enable', exact: true }).click();
      await page.getByRole('button', { name: 'Enable 60 devices' }).click();
      await page.getByText('0 of 60 enabled, 60 failed.').waitFor();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Try those 60 again' }).click();
      await page.getByText('0 of 60 enabled, 60 failed.').waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('button', { name: 'Choose none' }).click();
    });

    test('when there is only a keyboard, devices are added, walked through, chosen, tagged and opened', async () => {
      const { page } = app;
      await app.pressAll('n');
      await page.getByLabel('Device id').waitFor();
      await eventually(async () => {
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
      });
      await page.keyboard.type('key-1 key-2 key-3');
      for (let at = 0; at < 12; at += 1) {
        await page.keyboard.press('Tab');
        if ((await app.focused()) === 'Add 3 devices') break;
      }
      await app.pressAll('Enter');
      await page.getByRole('heading', { name: '3 of 3 devices are added' }).waitFor();
      await app.pressAll('Escape');
      await row('key-3').waitFor();
      await app.pressAll('/');
      await page.keyboard.type('key');
      await page.getByRole('link', { name: 'All 3', exact: true }).waitFor();
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      await app.pressAll('j');
      await eventually(async () => expect(await app.focused()).toContain('key-1'));
      await app.pressAll('j', 'x', 'Shift+ArrowDown');
      await page.getByText('2 of 3 chosen').waitFor();
      expect(await row('key-2').getAttribute('aria-selected')).toBe('true');
      await app.pressAll('Home');
      await eventually(async () => expect(await app.focused()).toContain('key-1'));
      await app.pressAll('Control+a');
      await page.getByText('3 of 3 chosen').waitFor();
      await app.pressAll('#');
      const tags = page.getByLabel('Tags, one per line');
      await tags.waitFor();
      await eventually(async () => {
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
      });
      await page.keyboard.type('site = desk');
      await app.pressAll('Tab', 'Tab', 'Enter');
      await page.getByText('3 of 3 tagged.').waitFor();
      await row('key-1').focus();
      await app.pressAll('Enter');
      await page.getByRole('heading', { name: 'key-1' }).waitFor();
    });
  });

  test('when a site is busy, only rows in sight are drawn, and as often as the hub tells of changes at most', async () => {
    const site = createConsoleSite();
    for (let at = 0; at < 3_000; at += 1)
      site.putDevice({ id: `d${String(at).padStart(4, '0')}`, tags: { hall: at % 2 === 0 ? 'north' : 'south' } });
    const listener = createConsoleListener({
      ...site,
      failureOf: () => undefined,
      hub: createConsoleOperations(site),
      images: createImagesDouble().images,
      siteDesk: aSiteDesk(site).console,
      host: '127.0.0.1',
      port: 0,
      rendererDir: builtPageDir(productRoot(import.meta.dirname)),
      log: silentLog,
      site: () => theSiteFacts,
    });
    const { url } = await listener.start();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    let flushes = 0;
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (payload.toString().includes('"type":"flush"')) flushes += 1;
      }),
    );
    await addProbe(page);
    await page.goto(url);
    await page.locator('main :is(h1, h2)').first().waitFor();
    await page.goto(`${new URL(url).origin}/#/devices`);
    await page.getByRole('link', { name: 'All 3,000' }).waitFor();
    const grid = page.getByRole('grid', { name: 'Devices' });
    const rows = page.locator('tr[data-device]');
    expect(await grid.getAttribute('aria-rowcount')).toBe('3001');
    expect(await rows.count()).toBeLessThan(60);

    await rows.first().focus();
    await page.keyboard.press('End');
    await page.locator('tr[data-device="d2999"]:focus').waitFor();
    expect(await rows.count()).toBeLessThan(60);
    const state = page.getByRole('columnheader', { name: 'State' });
    await state.getByRole('button').click();
    expect(await state.getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('columnheader', { name: 'Device' }).getByRole('button').click();

    const [before, flushesBefore, startedAtMs] = [await commitsOf(page), flushes, performance.now()];
    for (let round = 0; round < 20; round += 1) {
      for (let at = 0; at < 50; at += 1) site.report(`d${String(round * 50 + at).padStart(4, '0')}`, { round });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    site.removeDevice('d2999');
    await page.getByRole('link', { name: 'All 2,999' }).waitFor();
    // Beside the flushes, the ages and the status bar of the frame are drawn about once a second.
    const seconds = Math.ceil((performance.now() - startedAtMs) / 1000);
    expect((await commitsOf(page)) - before).toBeLessThanOrEqual(flushes - flushesBefore + 2 * seconds);
    expect(flushes - flushesBefore).toBeLessThanOrEqual(10 * seconds + 1);
    await context.close();
    await listener.stop();
    site.store.close();
  }, 60_000);
});
