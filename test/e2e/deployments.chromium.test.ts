// Deployments in a browser, over a real hub and its demo fleet: written with a mistake that its message mends, previewed, made,
// imported, exported, changed and deleted; by mouse and by keyboard alone; with texts that mean harm.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';
import { dropFile } from '#test/support/image-screen.ts';

const suite = `the deployments of the app${browserMissing === null ? '' : ` (${browserMissing})`}`;

describe.skipIf(browserMissing !== null)(suite, () => {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-deployments-'));
  let hub: HubProcess;
  let browser: Browser;
  let app: AppPage;
  let page: Page;

  beforeAll(async () => {
    await buildPage();
    const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
    hub = await startHubProcess(['--data-dir', home, ...ports, '--demo', '12']);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.end('SIGTERM');
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    app = await openApp({ hub, browser });
    page = app.page;
  });
  afterEach(async () => {
    expect(app.complaints).toEqual([]);
    await app.close();
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const condition = () => page.getByRole('textbox', { name: 'Target condition' });
  const json = () => page.getByRole('textbox', { name: 'Deployment as JSON' });
  const row = (id: string) => page.locator(`tr[data-deployment="${id}"]`);
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });

  async function rewrite(field: ReturnType<typeof condition>, text: string): Promise<void> {
    await field.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(text);
  }

  test('when a layer is written with a mistake, its message leads to it, and mended it is previewed and made', async () => {
    await app.goto('/deployments');
    await button('New deployment').click();
    await page.getByRole('link', { name: /A layer that sets a variable/ }).click();
    await page.getByLabel('Id', { exact: true }).fill('reader-debug');
    await rewrite(condition(), 'tags.ring = canary');
    const told = page.getByText(/text values need single quotes/).first();
    await told.waitFor();
    expect(await button(/Apply at once/).isDisabled()).toBe(true);
    await button('character 13:').click();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe('canary');
    await page.keyboard.insertText("'canary'");
    await page.getByText(/Matches 2 edge devices of 12/).waitFor();
    await page.getByLabel('Path on $edgeAgent').fill('modules.opcua-reader.env.LOG_LEVEL');
    await page.keyboard.press('Tab');
    await page.getByText('2 devices would change.').waitFor();
    const diff = page.locator('.json-diff');
    await diff.getByText('"LOG_LEVEL"').waitFor();
    await app.expectAccessible();
    await app.showLook('light');
    await button(/Apply at once/).click();
    const dialog = page.getByRole('dialog', { name: 'Create reader-debug?' });
    await dialog.getByText('line-01').waitFor();
    await dialog.getByRole('button', { name: 'Create and apply' }).click();
    await heading('reader-debug').waitFor();
    await page.locator('li[data-part=targeted]').getByText('2').waitFor();
    await app.goto('/deployments');
    expect(await row('reader-debug').innerText()).toContain("tags.ring = 'canary'");
    // The draft is gone with what was made of it.
    await app.goto('/deployments/new');
    await page.getByText('What does it begin with?').waitFor();
  });

  test('when only the keyboard is used, one is written, made and deleted again', async () => {
    await app.goto('/deployments');
    await app.pressAll('n');
    await page.getByText('What does it begin with?').waitFor();
    await page.getByRole('link', { name: /automatic device configuration/ }).focus();
    await app.pressAll('Enter');
    await page.getByLabel('Id', { exact: true }).focus();
    await app.pressAll('Control+a');
    await page.keyboard.type('interval');
    await condition().focus();
    await app.pressAll('Control+a');
    await page.keyboard.type("tags.role = 'line'");
    await app.pressAll('Escape', 'Tab');
    expect(await condition().evaluate((field) => field.contains(document.activeElement))).toBe(false);
    await page.getByText('10 devices would change.').waitFor();
    await app.pressAll('Control+s');
    await page.getByRole('dialog', { name: 'Create interval?' }).waitFor();
    await button('Create and apply').focus();
    await app.pressAll('Enter');
    await heading('interval').waitFor();
    await button('Delete …').focus();
    await app.pressAll('Delete');
    const dialog = page.getByRole('dialog', { name: 'Delete interval?' });
    await dialog.waitFor();
    await dialog.getByText(/devices are not concerned|changes nothing/).waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).focus();
    await app.pressAll('Enter');
    await heading('Deployments').waitFor();
    await row('interval').waitFor({ state: 'detached' });
    // What it wrote is still there, and can be taken away.
    const left = page.locator('tr[data-left=interval]');
    await left.getByRole('button', { name: /Take them away/ }).focus();
    await app.pressAll('Enter');
    await button('Take them away').focus();
    await app.pressAll('Enter');
    await left.waitFor({ state: 'detached' });
  });

  test('when the JSON is broken, the form waits as it was, the line is named, and the draft survives a reload', async () => {
    await app.goto('/deployments/new?from=line-base');
    const id = page.getByLabel('Id', { exact: true });
    await id.fill('line-base-next');
    await expect.poll(() => json().innerText()).toContain('"line-base-next"');
    await json().click();
    await app.pressAll('Control+Home', 'ArrowDown', 'End');
    await page.keyboard.insertText(',');
    await page.getByText('waits until it is mended').waitFor();
    await button(/line 2, column/).waitFor();
    expect(await id.inputValue()).toBe('line-base-next');
    expect(await id.isDisabled()).toBe(true);
    await page.reload();
    await page.getByText('waits until it is mended').waitFor();
    await json().click();
    await app.pressAll('Control+Home', 'ArrowDown', 'End', 'Backspace');
    await expect.poll(() => id.isDisabled()).toBe(false);
    // Another beginning does not take the draft away unasked.
    await app.goto('/deployments/new?template=base');
    await page.getByRole('heading', { name: 'A draft is here already' }).waitFor();
    await app.expectAccessible();
    await button('Discard it and start anew').click();
    await expect.poll(() => id.inputValue()).toBe('site-base');
    await button('Discard it').click();
    await page.getByText('What does it begin with?').waitFor();
  });

  test('when a draft has a password, the browser keeps none, and nothing is made until it is written again', async () => {
    await app.goto('/deployments/new?template=layer');
    const site = { username: 'u', password: 's3cret', address: 'images.example' };
    const written = {
      id: 'with-registry',
      priority: 30,
      targetCondition: "deviceId = 'nobody'",
      content: {
        modulesContent: {
          $edgeAgent: { 'properties.desired.runtime.settings.registryCredentials.site': site },
        },
      },
    };
    await json().click();
    await app.pressAll('Control+a');
    await page.keyboard.insertText(JSON.stringify(written));
    const atOnce = button('Apply at once …');
    await expect.poll(() => atOnce.isEnabled(), { timeout: 10_000 }).toBe(true);
    const kept = await page.evaluate(() => Object.values(localStorage).join(' '));
    expect(kept).toContain('with-registry');
    expect(kept).not.toContain('s3cret');
    await page.reload();
    await page.getByText('1 password left out.').waitFor();
    expect(await atOnce.isDisabled()).toBe(true);
    await app.expectAccessible();
    await button('Show it').click();
    await page.keyboard.insertText('"another"');
    await page.getByText('1 password left out.').waitFor({ state: 'detached' });
    await expect.poll(() => atOnce.isEnabled(), { timeout: 10_000 }).toBe(true);
    await button('Discard it').click();
    await page.getByText('What does it begin with?').waitFor();
  });

  test('when a base is to be deleted, what that does is told first and its name has to be typed', async () => {
    await app.goto('/deployments/gateway-base');
    await button('Delete …').click();
    const dialog = page.getByRole('dialog', { name: 'Delete gateway-base?' });
    await dialog.getByText('would be left without a base').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await app.expectAccessible();
    await dialog.getByLabel(/type gateway-base/).fill('gateway-base');
    await confirm.click();
    await heading('Deployments').waitFor();
    await row('gateway-base').waitFor({ state: 'detached' });
  });

  test('when a deployment is changed, whom it would hit is told before it is saved', async () => {
    await app.goto('/deployments/temperature-sensor');
    await page.locator('tr[data-device=line-01]').waitFor();
    await page.getByRole('list').getByText('temperature-sensor (this one)').waitFor();
    await app.expectAccessible();
    await app.pressAll('e');
    await rewrite(condition(), "tags.sensor = 'temperature' AND tags.ring = 'canary'");
    await page.getByText(/Matches 1 edge device of 12/).waitFor();
    await page.getByText('would lose a deployment that applies now').waitFor();
    await app.expectAccessible();
    await app.showLook('light');
    await page.keyboard.press('Control+s');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('li[data-part=targeted]').getByText('1', { exact: true }).waitFor();
    await page.getByLabel(/Does its condition match/).fill('line-03');
    await button('Ask').click();
    await page.getByText(/line-03 is not matched: .*tags\.ring is 'broad'/).waitFor();
  });

  test('when a file is dropped, all that is wrong with it is told, and what is chosen of the rest is imported', async () => {
    const harm = `<img src=x onerror=alert(1)>\u202E${'y'.repeat(10_000)}`;
    const good = (id: string) => ({
      id,
      priority: 1,
      targetCondition: "tags.role = 'none'",
      labels: { [harm.slice(0, 200)]: harm },
      // No value of a twin is longer.
      content: { deviceContent: { 'properties.desired.a': harm.slice(0, 4000) } },
    });
    const file = JSON.stringify([good('first'), { ...good('bad'), targetCondition: 'tags.' }, good('second')]);
    await app.goto('/deployments');
    await dropFile(page, 'three.json', Buffer.from(file));
    const dialog = page.getByRole('dialog', { name: 'Import three.json' });
    await dialog.locator('li[data-item=bad]').getByText('Cannot be').waitFor();
    expect(await row('first').count()).toBe(0);
    await app.expectAccessible();
    await app.showLook('light');
    await dialog.getByRole('checkbox', { name: 'second' }).uncheck();
    await dialog.getByRole('button', { name: 'Import 1 item' }).click();
    await dialog.getByText('Done: 1 of 1 item.').waitFor();
    await dialog.locator('li[data-item=first]').getByText('Created').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await row('first').waitFor();
    expect(await row('second').count()).toBe(0);

    await app.goto('/deployments/first');
    await page.getByRole('heading', { name: 'What it gives' }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.locator('main').innerText()).not.toContain('\u202E');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await app.expectAccessible();
    await app.showLook('light');
    await button('Export …').click();
    const download = page.waitForEvent('download');
    await button('Export').click();
    const exported = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as object;
    expect(exported).toMatchObject({ labels: { [harm.slice(0, 200)]: harm } });
  });

  test('when the list is shown, each number leads to its devices, it is sorted and searched, and the site exported', async () => {
    await app.goto('/deployments');
    await row('line-base').waitFor();
    await app.expectAccessible();
    await app.showLook('light');
    await app.pressAll('/');
    await page.keyboard.type('vibration');
    await row('line-base').waitFor({ state: 'detached' });
    await row('vibration-trial').waitFor();
    await page.getByLabel(/Search by id/).fill('');
    await button('Deployment and its target').click();
    await button('Deployment and its target').click();
    const first = () => page.locator('tr[data-deployment]').first().getAttribute('data-deployment');
    await expect.poll(first).toBe('fast-sampling');
    await row('line-base')
      .getByRole('link', { name: /^Targeted/ })
      .click();
    await page.waitForURL(/deployment=line-base&standing=targeted/);
    await app.goto('/deployments');
    await button('Export site …').click();
    await page.getByLabel(/With the devices/).check();
    const download = page.waitForEvent('download');
    await button('Export with keys').click();
    expect(readFileSync(await (await download).path(), 'utf8')).toContain('primaryKey');
  });
});
