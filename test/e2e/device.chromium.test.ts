// The page of one device in a real browser, over a real hub with real agents: by mouse, by keyboard alone, and with a device that lies.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { eventually } from '#test/support/eventually.ts';
import { connectLiar, hostile } from '#test/support/hostile-device.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

const device = 'line-02';
const tabs = ['overview', 'twin', 'logs', 'methods', 'timeline', 'effective'] as const;
const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];

describe.skipIf(browserMissing !== null)(
  `the page of a device${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-device-'));
    let hub: HubProcess;
    let browser: Browser;
    let app: AppPage;
    let page: Page;
    let other: Awaited<ReturnType<typeof openConsoleWindow>>;
    let liar: MqttClient;

    beforeAll(async () => {
      await buildPage();
      hub = await startHubProcess(['--data-dir', home, ...ports, '--demo', '3']);
      browser = await openBrowser();
      other = await openConsoleWindow(hub.ready.console);
      app = await openApp({ hub, browser });
      page = app.page;
      await other.client.createDevices.mutate({
        deviceIds: [hostile.id],
        isEdge: true,
        authentication: { type: 'sas' },
        tags: null,
      });
      liar = await connectLiar(hub, other.client);
    });
    afterAll(async () => {
      liar?.end(true);
      other?.close();
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });
    afterEach(() => expect(app.complaints).toEqual([]));

    const show = (tab: (typeof tabs)[number], id = device) => app.goto(`/devices/${id}?tab=${tab}`);
    const editor = () => page.getByRole('textbox', { name: 'Tags and desired properties' });
    const twinOf = (deviceId = device) => other.client.deviceTwin.query({ deviceId, moduleId: null });
    const typeTwin = async (tags: JsonObject, desired: JsonObject) => {
      await editor().focus();
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText(JSON.stringify({ tags, properties: { desired } }, null, 2));
    };

    const theirs = (note: string) =>
      other.client.changeTwin.mutate({ deviceId: device, moduleId: null, etag: '*', tags: { note } });

    test.each(tabs)('when %s is shown, it is for all eyes and hands in every look', async (tab) => {
      await show(tab);
      await page.getByRole('tabpanel').waitFor();
      if (tab === 'logs') await page.locator('.log-line').first().waitFor();
      if (tab === 'effective') await page.getByRole('grid').waitFor();
      await app.expectAccessible();
    });

    test('when the tabs are gone through by keyboard, arrows and numbers lead to them and the address tells which', async () => {
      await show('overview');
      await page.getByRole('tab', { name: 'Overview' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await app.focused()).toMatch(/^Twin/);
      await page.keyboard.press('End');
      await page.getByRole('tab', { name: 'Effective', selected: true }).waitFor();
      expect(page.url()).toContain('tab=effective');
      await app.pressAll('3');
      await page.getByRole('tab', { name: 'Logs', selected: true }).waitFor();
      await app.pressAll('m');
      await page.getByRole('tab', { name: 'Methods', selected: true }).waitFor();
    });

    test('when a twin is changed by keyboard alone, what would change is shown first, and Ctrl+Enter writes it', async () => {
      await show('overview');
      await app.pressAll('2');
      await editor().waitFor();
      const { tags } = await twinOf();
      await typeTwin({ ...tags, shift: 'night' }, { rate: 5 });
      await page.getByText('With your changes').waitFor();
      await page.keyboard.press('Control+Enter');
      await page.getByText('Written: desired is version 2 now.').waitFor();
      expect(await twinOf()).toMatchObject({ tags: { ...tags, shift: 'night' }, desired: { value: { rate: 5 } } });
      await editor().focus();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('.cm-editor') === null)).toBe(true);
    });

    test('when a text breaks the rules of twins, each fault is told with its place and nothing can be written', async () => {
      await show('twin');
      await editor().waitFor();
      await typeTwin({ 'a b': 1 }, { n: 'x'.repeat(5000) });
      await page.getByText('tags["a b"]').waitFor();
      await page.getByText(/properties\.desired\.n: a text may hold 4096 bytes/).waitFor();
      expect(await page.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Undo all' }).click();
    });

    test('when somebody else changes the twin meanwhile, nothing is lost, and each of three ways does what it says', async () => {
      await show('twin');
      await editor().waitFor();
      const mine = async (shift: string) => {
        const { tags, desired } = await twinOf();
        await typeTwin({ ...tags, shift }, desired.value);
      };
      const conflict = page.getByRole('region', { name: 'Somebody else changed this twin' });
      await mine('early');
      await theirs('one');
      await conflict.getByText('They changed tags.note').waitFor();
      await conflict.getByRole('button', { name: 'Read again' }).click();
      await conflict.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Apply 1 change' }).click();
      await page.getByText(/^Written/).waitFor();
      expect((await twinOf()).tags).toMatchObject({ shift: 'early', note: 'one' });
      await mine('late');
      await theirs('two');
      await conflict.getByRole('button', { name: 'Write mine on top' }).click();
      await page.getByText(/^Written/).waitFor();
      expect((await twinOf()).tags).toMatchObject({ shift: 'late', note: 'two' });
      await mine('lost?');
      await theirs('three');
      await conflict.getByRole('button', { name: 'Keep theirs' }).click();
      await page.getByRole('button', { name: 'Bring my text back' }).click();
      expect(await editor().innerText()).toContain('lost?');
      await page.getByRole('button', { name: 'Undo all' }).click();
      expect((await twinOf()).tags).toMatchObject({ shift: 'late', note: 'three' });
    });

    test('when a deployment writes what is changed by hand, it is said before, with who', async () => {
      await show('twin');
      await page.getByRole('combobox', { name: 'Twin of' }).selectOption({ label: 'module $edgeAgent' });
      await editor().waitFor();
      await page.getByText('"schemaVersion"').first().waitFor();
      await typeTwin({}, { schemaVersion: '1.0' });
      await page.getByText('Deployments write here too').waitFor();
      await page.locator('.twin-warning').getByText('line-base').first().waitFor();
      await page.getByRole('button', { name: 'Undo all' }).click();
    });

    test('when logs are followed, they grow, are found by words and patterns, and are taken along', async () => {
      await show('logs');
      const told = page.locator('.log-told');
      const count = async () => Number(/^([\d,]+) line/.exec(await told.innerText())?.[1]?.replaceAll(',', '') ?? 0);
      await page.locator('.log-line').first().waitFor();
      const before = await count();
      await eventually(async () => expect(await count()).toBeGreaterThan(before));
      await page.getByRole('combobox', { name: 'Module' }).selectOption('historian');
      await page.locator('.log-line').first().waitFor();
      await page.getByRole('textbox', { name: 'Search' }).fill('started');
      await page.keyboard.press('Enter');
      await page.locator('.log-line[data-current] mark').getByText('started').waitFor();
      await page.getByRole('checkbox', { name: 'Only lines that match' }).check();
      await eventually(async () => expect(await page.locator('.log-line').count()).toBe(1));
      await page.getByRole('checkbox', { name: 'Regular expression' }).check();
      await page.getByRole('textbox', { name: 'Search' }).fill('(a+)+$');
      await page.getByText('could take for ever').waitFor();
      await page.getByRole('textbox', { name: 'Search' }).fill(String.raw`cycle \d+`);
      await page.locator('.log mark').first().waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      const file = readFileSync(await (await download).path(), 'utf8');
      expect(file).toMatch(/^\d{4}-\d\d-\d\dT\S+ historian plant\/historian\S+ started$/m);
      expect(file).not.toContain('\u001b');
    });

    test('when a module is restarted from its log, that is said, and the agent did it', async () => {
      await show('logs');
      await page.getByRole('combobox', { name: 'Module' }).selectOption('historian');
      await page.getByRole('button', { name: 'Restart historian' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByText('what it keeps in memory is gone').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).press('Enter');
      await page.getByText(/historian was restarted in [\d.]+ s/).waitFor();
      const { rows } = await other.client.deviceJournal.query({ deviceId: device, limit: 5, kinds: ['method-called'] });
      expect(rows[0]).toMatchObject({ actor: 'console', detail: { name: 'RestartModule', status: 200 } });
    });

    test('when a method is called, by mouse or by keys, its answer stands there with code and time, and in the journal', async () => {
      await show('methods');
      await page.getByRole('button', { name: 'Call ping' }).click();
      await page.getByText(/200 · done · [\d,]+ ms/).waitFor();
      await page.getByRole('textbox', { name: 'Method' }).fill('NoSuchMethod');
      await page.keyboard.press('Control+Enter');
      await page.getByText('404 · there is no such method').waitFor();
      await page.getByRole('region', { name: 'Calls in the journal' }).getByText('NoSuchMethod').waitFor();
      const called = { deviceId: device, moduleId: '$edgeAgent', name: 'FromAnotherWindow', payload: null };
      await other.client.invokeMethod.mutate(called);
      await page.getByRole('region', { name: 'Calls in the journal' }).getByText(called.name).waitFor();
      await show('twin');
      await show('methods');
      await page.getByText('404 · there is no such method').waitFor();
    });

    test('when a message is sent to a device that is away, it waits, is told on the overview, and can be taken back', async () => {
      await other.client.createDevices.mutate({
        deviceIds: ['away-1'],
        isEdge: false,
        authentication: { type: 'sas' },
        tags: null,
      });
      await show('methods', 'away-1');
      await page.getByRole('textbox', { name: 'Message' }).fill('wake up');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByText('Queued: it is sent when the device connects.').waitFor();
      await page.getByRole('textbox', { name: 'Method' }).fill('ping');
      await page.getByRole('button', { name: 'Call ping' }).click();
      await page.getByText('IoT Hub: 404103').waitFor();
      await show('overview', 'away-1');
      await page.getByText('1 message').waitFor();
      await show('methods', 'away-1');
      await page.getByRole('button', { name: 'Take all of them back' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Take them back' }).click();
      await page.getByText('1 taken back.').waitFor();
    });

    test('when the past is looked at, rows are sentences, and a filter leaves those of a family', async () => {
      await show('timeline');
      await page.getByRole('slider', { name: 'States of this device over time' }).waitFor();
      await page.locator('tr[data-kind="configuration-changed"]').getByText('was given revision 1').waitFor();
      await page.getByRole('combobox', { name: 'Show' }).selectOption('messages');
      await page.locator('tr[data-kind="method-called"]').first().waitFor();
      expect(await page.locator('tr[data-kind="configuration-changed"]').count()).toBe(0);
    });

    test('when layers change, each value tells its writer, and two revisions tell what changed', async () => {
      await other.client.changeTwin.mutate({ deviceId: device, moduleId: null, etag: '*', tags: { ring: 'broad' } });
      await eventually(async () =>
        expect((await other.client.revisions.query({ deviceId: device, limit: 5 })).rows.length).toBeGreaterThan(1),
      );
      await show('effective');
      const base = page.getByRole('list', { name: /^Layers/ }).getByRole('button', { name: /line-base/ });
      await base.press('Enter');
      await page.getByText('only of line-base').waitFor();
      await page.getByRole('textbox', { name: 'Find a value' }).fill('historian.settings.image');
      await eventually(async () => expect(await page.locator('tr[data-value]').count()).toBe(1));
      await page.getByRole('combobox', { name: 'Compare it with' }).selectOption('1');
      await page
        .getByRole('region', { name: /^Changes from revision 1/ })
        .getByText('removed')
        .first()
        .waitFor();
    });

    test('when tags are changed in place and keys are shown, the hub has the one and the page the other only then', async () => {
      await show('overview');
      expect(await page.content()).not.toContain('SharedAccessKey=');
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await page.getByText(`DeviceId=${device};SharedAccessKey=`).first().waitFor();
      await page.getByRole('button', { name: 'Change the tag role' }).click();
      await page.getByRole('textbox', { name: 'Value of role' }).fill('spare');
      await page.keyboard.press('Enter');
      await page.getByText('role = spare').waitFor();
      expect((await twinOf()).tags).toMatchObject({ role: 'spare' });
      await other.client.changeTwin.mutate({ deviceId: device, moduleId: null, etag: '*', tags: { role: 'line' } });
    });

    test.each(tabs)('when a device sends markup, terminal codes and floods, %s shows it as text', async (tab) => {
      await show(tab, hostile.id);
      await page.getByRole('tabpanel').waitFor();
      if (tab === 'logs') await page.locator('.log-line').first().waitFor();
      if (tab === 'overview') await page.getByText('onerror').first().waitFor();
      const seen = await page.locator('main').innerText();
      expect(seen).not.toMatch(/[\p{Cc}--[\t\r\n]]|[\u202a-\u202e\u2066-\u2069]/v);
      expect(await page.evaluate(() => 'owned' in window)).toBe(false);
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    });

    test('when a device is disabled and deleted, it says what that hits, and the name has to be typed', async () => {
      await show('overview', 'away-1');
      await page.getByRole('button', { name: 'Disable' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: /^Reason/ }).fill('moved');
      await dialog.getByRole('button', { name: 'Disable' }).click();
      await page.getByText('Reason given: moved').waitFor();
      await page.getByRole('button', { name: 'Delete' }).click();
      expect(await dialog.getByRole('button', { name: 'Delete it for good' }).isDisabled()).toBe(true);
      await dialog.getByRole('textbox').fill('away-1');
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/devices$/);
      await expect(twinOf('away-1')).rejects.toThrow(/away-1/);
    });
  },
);
