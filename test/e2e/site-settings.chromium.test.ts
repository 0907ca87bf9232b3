// The home of a site and its settings in a real browser, over a real hub with real agents on simulated engines: by mouse and by
// keyboard alone, with a device that tells lies, and with nothing secret on the page that nobody asked for.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseConnectionString } from '#contract/connection-string.ts';
import { twinReportTopic } from '#contract/device-topics.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
const liarId = 'line-99';
const lie = `<img src=x onerror="window.owned=1">\u001b[31mred\u202egnp.exe ${'x'.repeat(3_000)}`;

type Client = Awaited<ReturnType<typeof openConsoleWindow>>['client'];

describe.skipIf(browserMissing !== null)(
  `the home and the settings${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-site-'));
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

    const client = () => other.client;
    const matter = (kind: string) => page.locator(`li[data-matter="${kind}"]`);
    const part = (name: string) => page.getByRole('region', { name });

    test('when a device fails, the home says what, where and since when; text of a device does no harm', async () => {
      await app.goto('/site');
      const failing = matter('devices-failing').filter({ hasText: liarId });
      await failing.waitFor();
      const text = await failing.innerText();
      expect(text).toMatch(/^Urgent/);
      expect(text).toContain('The configuration failed on 1 device: <img src=x');
      for (const mark of ['\u001b', '\u202e']) expect(text).not.toContain(mark);
      expect(text.length).toBeLessThan(800);
      expect(await page.evaluate(() => 'owned' in window)).toBe(false);
      const { width } = (await failing.boundingBox()) ?? { width: Infinity };
      expect(width).toBeLessThan(1280);
      await app.expectAccessible();
      await failing.getByRole('link', { name: liarId }).click();
      await page.getByRole('heading', { name: liarId }).waitFor();
    });

    test('when no device can reach the hub, the home says so beside its address, and leads to where that is chosen', async () => {
      await app.goto('/site');
      expect(await page.locator('.site-name').innerText()).toBe(`Site ${hostname()}`);
      const reach = page.getByRole('region', { name: 'How devices reach this hub' });
      await reach.getByText('Devices on the network cannot reach this hub.').waitFor();
      await reach.getByRole('link', { name: 'Choose where the hub listens' }).click();
      await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    });

    test('when a person chooses where the hub listens, by keyboard, it is kept for the next start; a port that is taken is refused', async () => {
      await app.goto('/settings');
      const form = page.getByRole('form', { name: 'Where the hub listens' });
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const { port } = taken.address() as AddressInfo;
      try {
        await form.getByLabel('MQTT port').fill(String(port));
        await form.getByRole('button', { name: 'Save where it listens' }).click();
        const refusal = form.getByRole('alert');
        await refusal.getByText(`Port ${port} on 127.0.0.1 is taken by another program`).waitFor();
        expect(await refusal.innerText()).toMatch(/Where\s+Settings\s+Since\s+\S/);
      } finally {
        await new Promise((resolve) => taken.close(resolve));
      }
      const before = await client().listening.query();
      expect(before.next).toEqual({ host: '127.0.0.1', httpsPort: 8443, mqttPort: 8883 });
      // Those of this run it has already.
      await form.getByLabel('MQTT port').fill(String(before.now.mqttPort));
      await form.getByLabel('HTTPS port').fill(String(before.now.httpsPort));
      await form.getByRole('radio', { name: '127.0.0.1' }).focus();
      await page.keyboard.press('ArrowDown');
      await form.getByRole('radio', { name: 'All addresses of this machine' }).and(page.locator(':checked')).waitFor();
      await page.keyboard.press('Enter');
      await form.getByText('This run was started with --https-port and --mqtt-port').waitFor();
      const { next } = await client().listening.query();
      expect(next).toEqual({ ...before.now, host: '0.0.0.0' });
      await app.expectAccessible();
    });

    test('when a number of the home is followed by keyboard, it leads to just those devices', async () => {
      await app.goto('/devices');
      await app.pressAll('g', 's');
      const count = page.locator('[data-tile="devices"] a[href="#/devices?state=failing"]');
      await count.waitFor();
      const told = Number(/\d+/.exec(await count.innerText())?.[0]);
      await count.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('grid', { name: 'Devices' }).waitFor();
      expect(page.url()).toContain('state=failing');
      expect(told).toBeGreaterThan(0);
      await page.getByRole('row').filter({ hasText: liarId }).waitFor();
    });

    test('when it comes right, it is gone from the home by itself', async () => {
      await app.goto('/site');
      await matter('devices-failing').filter({ hasText: liarId }).waitFor();
      await report(liar, other.client, { code: 200, description: '' });
      await matter('devices-failing').filter({ hasText: liarId }).waitFor({ state: 'detached' });
    });

    test('when the settings are shown, all is for all eyes and hands in every look, and no secret is on the page', async () => {
      await app.pressAll('g', ',');
      await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
      await part('Limits of deployments').getByRole('textbox').first().waitFor();
      // This hub listens at loopback.
      await page.getByRole('note').getByText('Devices on the network cannot reach this hub.').waitFor();
      const { serviceConnectionString } = hub.ready;
      const key = /SharedAccessKey=(.+)$/.exec(serviceConnectionString)?.[1] ?? 'no key';
      expect(await page.content()).not.toContain(key);
      expect(await page.content()).not.toContain('PRIVATE KEY');
      await part('Certificates').getByText('not wrapped').waitFor();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Show the connection string' }).click();
      await part('Connection string').getByText(serviceConnectionString).waitFor();
      await page.getByRole('button', { name: 'Hide it' }).click();
      expect(await page.content()).not.toContain(key);
    });

    test('when a backup is asked for by keyboard, it is made, checked, listed, and no half of one lies about', async () => {
      await app.goto('/settings');
      await page.getByRole('button', { name: 'Back up now' }).focus();
      await page.keyboard.press('Enter');
      await part('Backups').getByText('is on disk').waitFor();
      const names = readdirSync(join(home, 'backups'));
      expect(names).toHaveLength(1);
      expect(names[0]).toMatch(/^hub-asked-.*\.db$/);
      await part('Backups')
        .getByRole('rowheader', { name: names[0] ?? '' })
        .waitFor();
    });

    test('when a limit is set, it holds and is told; a wrong one is refused in words', async () => {
      await app.goto('/settings');
      const limits = part('Limits of deployments');
      const labels = limits.getByLabel('Labels on one deployment');
      await labels.fill('7');
      await limits.getByRole('button', { name: 'Save the limits' }).click();
      await limits.getByText('Saved.').waitFor();
      const rows = await other.client.deploymentLimits.query();
      expect(rows.find(({ name }) => name === 'labels')).toMatchObject({ value: 7, setting: 7 });
      await labels.fill('100000');
      await limits.getByRole('button', { name: 'Save the limits' }).click();
      await limits.getByRole('alert').getByText('it takes a whole number from 1 to 1000').waitFor();
      await labels.fill('100');
      await limits.getByRole('button', { name: 'Save the limits' }).click();
      await limits.getByText('Saved.').waitFor();
    });

    const saved = async (button: string) => {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      const download = await waiting;
      return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
    };

    test('when the authority and the diagnostics are saved, the files are whole and hold no secret', async () => {
      await app.goto('/settings');
      const authority = await saved('Save the authority’s certificate');
      expect(authority).toEqual({ name: 'site-ca.pem', text: readFileSync(hub.ready.caFile, 'utf8') });
      const diagnostics = await saved('Save diagnostics');
      expect(diagnostics.name).toMatch(/^lanyard-diagnostics-.*\.json$/);
      expect(JSON.parse(diagnostics.text)).toMatchObject({ product: 'Lanyard', counts: { devices: 4 } });
      const secrets = [
        /SharedAccessKey=(.+)$/.exec(hub.ready.serviceConnectionString)?.[1],
        new URL(hub.ready.console).hash.replace('#token=', ''),
        (await other.client.deviceKeys.query({ deviceId: liarId })).connectionString?.replace(
          /^.*SharedAccessKey=/,
          '',
        ),
        readFileSync(join(home, 'site-ca-key.pem'), 'utf8').split('\n')[1],
      ];
      for (const secret of secrets) {
        expect(secret?.length).toBeGreaterThan(20);
        expect(diagnostics.text).not.toContain(secret);
      }
    });

    test('when keys are changed by keyboard, the new ones work, taken ones are told, and all can be put back', async () => {
      await app.goto('/settings');
      const change = page.getByRole('button', { name: 'Change the keys of Next look: light, dark, sunlight' });
      await change.focus();
      await page.keyboard.press('Enter');
      const field = page.getByRole('textbox', { name: 'Press the keys that it is to have' });
      await field.focus();
      await page.keyboard.press('?');
      await page.getByText('Taken by “Keys”').waitFor();
      await page.keyboard.press('Shift+L');
      await page.keyboard.press('Enter');
      await field.waitFor({ state: 'detached' });
      await app.showLook('light');
      await page.keyboard.press('Shift+L');
      await page.locator('html[data-look=dark]').waitFor({ state: 'attached' });
      await page.getByRole('switch', { name: 'Single-key shortcuts' }).click();
      await page.keyboard.press('Shift+L');
      await page.locator('html[data-look=dark]').waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'All keys as they were' }).click();
      await page.getByRole('heading', { name: 'Settings', level: 1 }).click();
      await page.keyboard.press('t');
      await page.locator('html[data-look=sunlight]').waitFor({ state: 'attached' });
      await page.getByRole('radio', { name: 'Light', exact: true }).click();
      await page.locator('html[data-look=light]').waitFor({ state: 'attached' });
    });

    test('when nothing was added yet, the home has the button for the first device', async () => {
      const empty = mkdtempSync(join(tmpdir(), 'lanyard-empty-'));
      const fresh = await startHubProcess(['--data-dir', empty, ...ports]);
      const first = await openApp({ hub: fresh, browser });
      try {
        await first.goto('/site');
        await first.page.getByRole('heading', { name: 'No devices yet' }).waitFor();
        await first.expectAccessible();
        await first.page.getByRole('button', { name: 'Add device' }).click();
        await first.page.locator('dialog[open]').waitFor();
        expect(first.complaints).toEqual([]);
      } finally {
        await first.close();
        await fresh.end('SIGTERM');
        rmSync(empty, { recursive: true, force: true });
      }
      expect(existsSync(empty)).toBe(false);
    });
  },
);

/** A device that says of itself whatever it likes. */
async function connectLiar(hub: HubProcess, client: Client): Promise<MqttClient> {
  const deviceIds = [liarId];
  await client.createDevices.mutate({
    deviceIds,
    isEdge: true,
    authentication: { type: 'sas' },
    tags: { role: 'line' },
  });
  const { connectionString } = await client.deviceKeys.query({ deviceId: liarId });
  const read = parseConnectionString(connectionString ?? '');
  if (!read.ok) throw new Error('the device has no key');
  const { hostName, sharedAccessKey } = read.value;
  const identity = `${liarId}/$edgeAgent`;
  const token = {
    resource: `${hostName}/devices/${liarId}/modules/$edgeAgent`,
    keyBase64: sharedAccessKey ?? '',
    expiresAtS: Math.round(Date.now() / 1000) + 3600,
  };
  const liar = await mqtt.connectAsync(`mqtts://${hostName}`, {
    protocolVersion: 4,
    clientId: identity,
    username: `${hostName}/${identity}/?api-version=2021-04-12`,
    password: signSharedAccessSignature(token, hmacSha256Base64),
    ca: readFileSync(hub.ready.caFile, 'utf8'),
    reconnectPeriod: 0,
  });
  await report(liar, client, { code: 500, description: lie });
  return liar;
}

/** Of the very version that it was sent: of an older one it is not believed. */
async function report(
  liar: MqttClient,
  client: Client,
  lastDesiredStatus: { readonly code: number; readonly description: string },
): Promise<void> {
  const { desired } = await client.deviceTwin.query({ deviceId: liarId, moduleId: '$edgeAgent' });
  const body = JSON.stringify({ lastDesiredVersion: desired.version, lastDesiredStatus });
  await liar.publishAsync(twinReportTopic('1'), body, { qos: 1 });
}
