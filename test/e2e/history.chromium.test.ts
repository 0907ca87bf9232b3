// The history and Live in a real browser, over a real hub process, agents and MQTT devices: what happened is found, opened, drawn,
// compared and taken along; what is sent is seen as it comes; by mouse and by keyboard alone, whatever devices send.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';
import { type LiveSender, openLiveSender } from '#test/support/live-sender.ts';

const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
const evil = '<img src=x onerror=window.owned=1>\u202Egnp.exe\u001B[31m';

describe.skipIf(browserMissing !== null)(
  `the history and Live${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-history-'));
    let hub: HubProcess;
    let browser: Browser;
    let app: AppPage;
    let page: Page;
    let other: Awaited<ReturnType<typeof openConsoleWindow>>;
    let sender: LiveSender;

    beforeAll(async () => {
      await buildPage();
      hub = await startHubProcess(['--data-dir', home, ...ports, '--demo', '3']);
      browser = await openBrowser();
      other = await openConsoleWindow(hub.ready.console);
      sender = await openLiveSender(hub, other, 'press-9');
      app = await openApp({ hub, browser });
      page = app.page;
    });
    afterAll(async () => {
      await sender?.end();
      other?.close();
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });
    afterEach(async () => {
      expect(app.complaints).toEqual([]);
      expect(await page.evaluate(() => 'owned' in window)).toBe(false);
    });

    const rows = () => page.locator('tr[data-row]');
    const rowWith = (text: string) => rows().filter({ hasText: text });

    test('when the history is opened, it tells what happened, and a row opens to who, when and its detail', async () => {
      await app.goto('/history');
      await page.getByLabel('Device', { exact: true }).fill('press-9');
      await rowWith('Device press-9 was added.').waitFor();
      expect(page.url()).toContain('device=press-9');
      await rowWith('was added').getByRole('button').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Person at the console').waitFor();
      await dialog.getByText('isEdge').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).last().click();
    });

    test('when something happens meanwhile, a bar counts it, and nothing moves until it is asked for', async () => {
      await app.goto('/history?kind=tags-changed&device=press-9');
      await page.getByText('Nothing of this happened').waitFor();
      const twin = await other.client.deviceTwin.query({ deviceId: 'press-9', moduleId: null });
      await other.client.changeTwin.mutate({
        deviceId: 'press-9',
        moduleId: null,
        etag: twin.etag,
        tags: { place: evil },
      });
      const bar = page.getByRole('button', { name: '1 new' });
      await bar.waitFor();
      expect(await rows().count()).toBe(0);
      await bar.click();
      await rowWith('Tags of press-9 changed: place.').waitFor();
      await app.goto('/history?q=onerror');
      await rowWith('Tags of press-9 changed').waitFor();
    });

    test('when the course of a device is drawn, the keys go from change to change and the table tells the same', async () => {
      await app.goto('/history?part=timeline&device=line-02&range=1h');
      const plot = page.getByRole('slider');
      await plot.waitFor();
      await plot.focus();
      await page.keyboard.press('End');
      expect(await plot.getAttribute('aria-valuetext')).toContain('Connection Connected');
      await page.keyboard.press('Home');
      expect(await plot.getAttribute('aria-valuetext')).toContain('Connection not known');
      await page.getByText('The same as a table').click();
      await page.getByRole('cell', { name: 'Connected', exact: true }).waitFor();
      await app.expectAccessible();
    });

    test('when two moments are compared, the differences stand beside one another', async () => {
      const now = Date.now();
      await app.goto(`/history?part=compare&device=press-9&first=0&second=${now + 60_000}`);
      await page.getByRole('heading', { name: 'Tags: 1 difference' }).waitFor();
      await app.goto(`/history?part=compare&first=0&second=${now + 60_000}`);
      await page.getByRole('rowheader', { name: 'Devices' }).waitFor();
      await app.expectAccessible();
    });

    test.each([
      ['CSV, for a table program', /^\uFEFFrow,time,kind/],
      ['JSON Lines, for a program', /^\{"seq":\d+/],
    ])('when it is exported as %s, all rows that are asked for are in the file', async (format, head) => {
      await app.goto('/history?device=press-9');
      await rows().first().waitFor();
      await page.getByRole('button', { name: 'Export …' }).click();
      await page.getByRole('radio', { name: format }).check();
      const coming = page.waitForEvent('download');
      await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
      const file = readFileSync(await (await coming).path(), 'utf8');
      expect(file).toMatch(head);
      expect(file).toContain('device-created');
      expect(file.trim().split('\n').length).toBeGreaterThanOrEqual(3);
      await page.getByText(/rows were saved/).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    test('when only keys are used, a row is found, opened and left again', async () => {
      await app.goto('/site');
      await app.pressAll('g', 'h');
      await page.getByRole('heading', { name: 'History' }).waitFor();
      await rows().first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('hub-started');
      await page.waitForURL(/q=hub-started/);
      await rowWith('The hub started.').waitFor();
      for (let n = 0; n < 12 && !(await page.evaluate(() => document.activeElement?.matches('tr[data-row]'))); n += 1)
        await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    test('when the rows are shown, axe finds nothing in any look', async () => {
      await app.goto('/history');
      await rows().first().waitFor();
      await app.expectAccessible();
    });

    test('when a device sends, its message stands there, is frozen with Space, and is drawn and compared', async () => {
      await app.goto('/live?device=press-9');
      await page.getByText('Its next message').waitFor();
      await sender.send('{"heat":20,"name":"a"}', { '$.ct': 'application/json' });
      await page.getByText('"heat": 20').waitFor();
      await page
        .getByText('heat over the messages', { exact: false })
        .or(page.getByRole('img', { name: /heat/ }))
        .first()
        .waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: 'Live' }).click();
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Go on' }).waitFor();
      for (const heat of [30, 40, 50]) await sender.send(JSON.stringify({ heat }));
      await page.getByText('3 since it was frozen').waitFor();
      await page.getByText('"heat": 20').waitFor();
      await page.getByRole('button', { name: 'Go on' }).click();
      await sender.send('{"heat":60}');
      await page.getByText('"heat": 60').waitFor();
      await app.expectAccessible();
    });

    test.each<[string, Buffer, string]>([
      ['markup and marks', Buffer.from(evil), 'onerror'],
      ['binary', Buffer.from([0, 255, 16, 3]), '00 ff 10 03'],
      ['100 KB', Buffer.alloc(100_000, 'x'), '100 KB'],
    ])('when a message is %s, it is shown and does no harm', async (_sort, body, text) => {
      // Another screen in between: what the test before sent is gone then.
      await app.goto('/history');
      await app.goto('/live?device=press-9');
      await page.getByText('Its next message').waitFor();
      await sender.send(body, { [evil]: evil });
      await page.locator('.live-message').getByText(text).first().waitFor();
    });

    test('when a message is sent to the device, it is queued, and the history tells that it was taken', async () => {
      await app.goto('/live?device=press-9');
      const form = page.getByRole('form', { name: 'Send a message to a device' });
      await form.getByRole('button', { name: 'Send' }).click();
      await form.getByText('Queued for press-9').waitFor();
      await sender.takeMessages();
      await form.getByRole('link', { name: 'See whether it was taken' }).click();
      await page
        .getByText('press-9 took a message.')
        .or(page.getByRole('button', { name: /new$/ }))
        .first()
        .waitFor();
    });
  },
);
