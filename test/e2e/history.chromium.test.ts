// The history and Live in a real browser, over a real hub process, agents and MQTT devices: what happened is found, opened, drawn,
// compared and taken along; what is sent is seen as it comes; by mouse and by keyboard alone, whatever devices send.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { appLooks, type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';
import { eventually } from '#test/support/eventually.ts';
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
      await page.waitForURL(/device=press-9/);
      await rowWith('press-9 was added').getByRole('button').click();
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
      await rowWith('Tags of press-9 changed: place = ').waitFor();
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
      expect(await plot.getAttribute('aria-valuetext')).toMatch(/Connection (?:Not known: no record|not there)/);
      await page.getByText('The same as a table').click();
      await page.getByRole('cell', { name: 'Connected', exact: true }).waitFor();
      await app.expectAccessible();
    });

    test('when the devices of a deployment are drawn, each is a lane that leads to it, and more can be put beside', async () => {
      await app.goto('/history?part=timeline&range=1h');
      await page.getByRole('link', { name: 'line-base' }).click();
      await page.getByRole('heading', { name: 'Devices of line-base over time' }).waitFor();
      const plot = page.getByRole('slider');
      await plot.focus();
      await page.keyboard.press('End');
      expect(await plot.getAttribute('aria-valuetext')).toContain('line-01');
      await app.expectAccessible();
      await page.getByRole('link', { name: 'line-02', exact: true }).last().click();
      await page.waitForURL(/devices\/line-02/);
      await page.goBack();
      await page.getByRole('heading', { name: 'Devices of line-base over time' }).waitFor();
      await app.goto('/history?part=timeline&range=1h&device=line-01');
      await page.getByLabel('And another').fill('press-9');
      await page.getByRole('heading', { name: '2 devices over time' }).waitFor();
      await page.getByRole('button', { name: 'Leave out line-01' }).click();
      await page.getByRole('heading', { name: 'press-9' }).waitFor();
    });

    test('when two moments are compared, what changed is told and stands side by side, on a small screen too', async () => {
      const now = Date.now();
      await app.goto(`/history?part=compare&device=press-9&first=0&second=${now + 60_000}`);
      await page.getByText('Tags: 1 added (place).').waitFor();
      await page.getByRole('textbox', { name: /1970/ }).waitFor();
      await page.getByText('They differ in one stretch of lines.').waitFor();
      await page.setViewportSize({ width: 640, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640);
      await page.setViewportSize({ width: 1280, height: 800 });
      await app.expectAccessible();
      await page.getByText('The same as a list').click();
      await page.getByRole('rowheader', { name: 'place' }).waitFor();
      await app.goto(`/history?part=compare&device=press-9&first=${now + 60_000}&second=${now + 60_000}`);
      await page.getByRole('heading', { name: 'Nothing changed' }).waitFor();
      await app.goto('/history?part=compare');
      await page.getByRole('button', { name: 'What changed in the last hour' }).click();
      await page.getByText(/deployments were added/).waitFor();
      await page.getByRole('rowheader', { name: 'Devices' }).waitFor();
      await app.expectAccessible();
    });

    test('when no kind is asked for, reports come only when they are wanted, and the export says and has the same rows', async () => {
      const reports = page.getByRole('gridcell', { name: 'Reported', exact: true });
      const wanted = page.getByRole('switch', { name: 'Reports of devices too' });
      await app.goto('/history?device=line-01');
      await rowWith('connected').first().waitFor();
      expect(await reports.count()).toBe(0);
      await wanted.check();
      await reports.first().waitFor();
      await page.waitForURL(/kind=all/);
      await wanted.uncheck();
      await reports.first().waitFor({ state: 'detached' });
      await rowWith('connected').first().waitFor();
      await page.getByRole('button', { name: 'Export …' }).click();
      await page.getByRole('dialog').getByText('every kind but reports of devices').waitFor();
      const coming = page.waitForEvent('download');
      await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
      const file = readFileSync(await (await coming).path(), 'utf8');
      expect(file).not.toContain('reported-changed');
      expect(file.trim().split('\n').length - 1).toBe(await rows().count());
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
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

    test('when nothing fits, it says of how many rows, and a button asks for more', async () => {
      await app.goto('/history?q=nowhere-at-all&device=press-9');
      await page.getByText(/The journal has \d+ rows, and none fits/).waitFor();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Leave out the words' }).click();
      await rowWith('Device press-9 was added.').or(rowWith('Edge device press-9 was added.')).first().waitFor();
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
      // Or more: the demo's modules send as well.
      await page.getByText(/^([3-9]|\d{2,}) messages$/).waitFor();
      await page.getByText('"heat": 20').waitFor();
      await page.getByRole('button', { name: 'Go on' }).click();
      // What came while the picture stood still is there, and not only counted.
      await page.getByText('"heat": 50').waitFor();
      await sender.send('{"heat":60}');
      await page.getByText('"heat": 60').waitFor();
      await app.expectAccessible();
      for (const look of [...appLooks, ...appLooks]) {
        await app.showLook(look);
        await eventually(async () =>
          expect(await page.evaluate(drawsInItsColour, '--mantine-color-blue-text')).toBe(true),
        );
      }
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

/** In the page: whether the plot has a point of exactly this colour of the look that is shown now. */
function drawsInItsColour(name: string): boolean {
  const plot = document.querySelector<HTMLCanvasElement>('.plot canvas');
  const drawn = plot?.getContext('2d')?.getImageData(0, 0, plot.width, plot.height).data ?? [];
  const one = document.createElement('canvas').getContext('2d');
  if (one === null) return false;
  one.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  one.fillRect(0, 0, 1, 1);
  const wanted = one.getImageData(0, 0, 1, 1).data;
  for (let at = 0; at < drawn.length; at += 4)
    if ([0, 1, 2, 3].every((part) => drawn[at + part] === wanted[part])) return true;
  return false;
}
