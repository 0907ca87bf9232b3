// The ways from screen to screen in a real browser: what was chosen, asked for or found on one is there on the next.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { eventually } from '#test/support/eventually.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

describe.skipIf(browserMissing !== null)(
  `between the screens${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-between-'));
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
      page.setDefaultTimeout(20_000);
    });
    afterEach(async () => {
      expect(app.complaints).toEqual([]);
      await app.close();
    });

    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
    const conditionIs = (text: string) =>
      eventually(async () => expect(await page.getByLabel('Target condition').textContent()).toBe(text));
    const choose = async (...ids: readonly string[]) => {
      await app.goto('/devices?words=line');
      for (const id of ids) await page.getByRole('checkbox', { name: `Choose ${id}` }).click();
    };

    const openImport = async (way: string) => {
      await app.goto('/images');
      await button('From a path or a registry …').click();
      await page.getByRole('tab', { name: way }).click();
    };

    test('when a deployment is asked for from a device, the editor begins with its condition; a draft of before is not lost', async () => {
      await app.goto('/devices/line-01');
      await button('Deploy …').click();
      await button('Write a deployment for it').click();
      await conditionIs("deviceId = 'line-01'");
      await choose('line-02');
      await button('Deploy').click();
      await button('Write the deployment').click();
      await page.getByText(/Starting anew .*for deviceId = 'line-02' discards it\./).waitFor();
      await button('Discard it and start anew').click();
      await conditionIs("deviceId = 'line-02'");
    });

    test('when a device is added by Enter alone, its page says once that no base matches it, and leads to one for it', async () => {
      await app.goto('/devices');
      await app.pressAll('n');
      await page.getByLabel('Device id').fill("new'one");
      await app.pressAll('Enter');
      await page.getByRole('heading', { name: "new'one is added" }).waitFor();
      await app.goto("/devices/new'one");
      await page.getByText('No base deployment matches it yet.').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      await page.getByRole('link', { name: 'Write one for it' }).click();
      await conditionIs("deviceId = 'new''one'");
      expect(await page.getByLabel('Deployment as JSON').textContent()).toContain('systemModules');
    });

    test('when the connected devices are counted, the count leads to just those, and back to all', async () => {
      await app.goto('/live');
      await page
        .getByRole('contentinfo')
        .getByRole('link', { name: /of \d+ connected/ })
        .click();
      await page.getByText('Devices that are connected now').waitFor();
      expect(page.url()).toMatch(/#\/devices\?connected=true$/);
      await app.expectAccessible();
      await page.getByRole('link', { name: 'show all' }).click();
      await eventually(() => expect(page.url()).toMatch(/#\/devices$/));
    });

    test('when devices are chosen, a group is made of them', async () => {
      await choose('line-01', 'line-02');
      await app.expectAccessible();
      await button('Group').click();
      await page.getByRole('dialog').getByText('line-01').waitFor();
      await page.getByRole('dialog').getByText('line-02').waitFor();
    });

    test('when there is a desktop, the path of images to import is chosen in its dialogs', async () => {
      await page.addInitScript(() => {
        Object.assign(window, {
          lanyardDesktop: {
            isDesktop: true,
            choosePath: async ({ purpose }: { readonly purpose: string }) => `/media/usb/${purpose}`,
            onFileOpened: () => () => undefined,
          },
        });
      });
      const path = page.getByLabel(/^Path of a file or folder/);
      const open = async () => {
        await openImport('A path on the hub');
        await path.waitFor();
      };
      await open();
      expect(await button('Choose a folder …').count()).toBe(0);
      await page.reload();
      await open();
      await button('Choose a folder …').click();
      await eventually(async () => expect(await path.inputValue()).toBe('/media/usb/image-folder'));
    });

    test('when several tasks are told of, the status bar counts them, and names each as a link to its screen', async () => {
      for (const image of ['127.0.0.1:1/web:1', '127.0.0.1:1/web:2']) {
        await openImport('A registry');
        await page.getByRole('textbox', { name: 'Image' }).fill(image);
        await button('Fetch').click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await app.goto('/live');
      const bar = page.getByRole('contentinfo');
      await bar.getByRole('button', { name: '2 tasks failed' }).press('Enter');
      await bar.getByRole('link', { name: 'Failed: Fetch 127.0.0.1:1/web:2' }).waitFor();
      await app.expectAccessible();
      await app.pressAll('Escape');
      expect(await bar.getByRole('link', { name: /^Failed/ }).count()).toBe(0);
      await app.pressAll('Enter', 'Tab');
      expect(await app.focused()).toMatch(/^Failed: Fetch/);
      await app.pressAll('Enter');
      await page.getByRole('heading', { level: 1, name: 'Images' }).waitFor();
      expect(await bar.getByRole('link', { name: /^Failed/ }).count()).toBe(0);
    });
  },
);
