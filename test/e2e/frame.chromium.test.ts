// The frame of the app by keyboard alone: rail, palette, help, looks and text size; a screen that breaks; files that the desktop hands over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { screens } from '#renderer/frame/screens.tsx';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

describe.skipIf(browserMissing !== null)(
  `the frame of the app${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-frame-'));
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
      await app.goto('/devices');
    });
    afterEach(async () => {
      await app.close();
    });

    const place = (word: string) => page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: word });
    const field = () => page.getByRole('combobox', { name: 'Screen, action, device, deployment or rollout' });
    const titleIs = (title: string) => page.waitForFunction((wanted) => document.title === wanted, title);
    const textSize = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);

    test('when the keys of a screen are pressed, it is there, the title names it, and the focus is on its heading', async () => {
      for (const { key, word } of screens.toReversed()) {
        await app.pressAll('g', key);
        await titleIs(`${word} · Lanyard`);
        await page.waitForFunction(() => document.activeElement?.matches('main h1, main'));
        expect(await place(word).getAttribute('aria-current')).toBe('page');
      }
      expect(app.complaints).toEqual([]);
    });

    test('when only Tab and Enter are used, the first stop leads to the screen and the rail to the others', async () => {
      await page.reload();
      await page.locator('main h1').waitFor();
      await app.pressAll('Tab');
      expect(await app.focused()).toBe('To the screen');
      await app.pressAll('Enter');
      expect(await app.focused()).toBe('Devices');
      await place('Images').focus();
      await app.pressAll('Enter');
      await titleIs('Images · Lanyard');
    });

    test('when a name is typed into the palette, Enter leads to it; Escape gives the focus back', async () => {
      await place('Images').focus();
      await app.pressAll('Control+k');
      await field().waitFor();
      await app.expectAccessible();
      await app.pressAll('Escape');
      await field().waitFor({ state: 'detached' });
      expect(await app.focused()).toMatch(/^Images/);

      await app.pressAll('Control+k');
      const said = page.getByRole('dialog').getByRole('status');
      expect(await said.textContent()).toBe('');
      await page.keyboard.type('line 0');
      await page.getByRole('option', { selected: true, name: 'Device line-01' }).waitFor();
      expect(await said.textContent()).toMatch(/^\d+ found/);
      await app.pressAll('ArrowDown');
      const second = page.getByRole('option', { selected: true });
      const id = (await second.locator('.break').innerText()).trim();
      expect(await field().getAttribute('aria-activedescendant')).toBe(await second.getAttribute('id'));
      await app.pressAll('ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'Enter');
      await page.getByRole('heading', { level: 1, name: id }).waitFor();
      expect(page.url()).toContain(`#/devices/${id}`);
    });

    test('when the palette is asked for what nothing has, it says so, and Enter does nothing', async () => {
      await app.pressAll('Control+k');
      await page.keyboard.type('no such thing anywhere');
      await page.getByText('Nothing has this name.').waitFor();
      await app.pressAll('Enter');
      expect(await field().isVisible()).toBe(true);
      await field().fill('sunlight');
      await page.getByRole('option', { selected: true, name: /Next look/ }).waitFor();
      await app.pressAll('Enter');
      await page.locator('html[data-look=dark]').waitFor();
    });

    test('when ? is pressed, all keys are told; when letters are switched off there, they are heard no more', async () => {
      await app.pressAll('?');
      const help = page.getByRole('dialog', { name: 'Keys' });
      for (const { word } of screens) await help.getByText(`Go to ${word}`).waitFor();
      await app.expectAccessible();
      await help.getByRole('switch', { name: 'Single-key shortcuts' }).press('Space');
      await app.pressAll('Escape', 'g', 'i', '?', 'Control+k');
      await field().waitFor();
      expect(page.url()).toContain('#/devices');
      await app.pressAll('Escape');
      await page.getByRole('button', { name: 'Keys' }).focus();
      await app.pressAll('Enter');
      await help.getByRole('switch', { name: 'Single-key shortcuts' }).press('Space');
      await app.pressAll('Escape', 'g', 'i');
      await titleIs('Images · Lanyard');
    });

    test('when somebody types into a field, no letter of it is taken for a key', async () => {
      await page.getByRole('combobox').or(page.getByRole('textbox')).or(page.getByRole('searchbox')).first().focus();
      await page.keyboard.type('gi?t');
      await app.pressAll('Control+k');
      await page.getByRole('dialog').waitFor();
      expect(await page.title()).toBe('Devices · Lanyard');
      expect(await page.locator('html').getAttribute('data-look')).toBe('light');
    });

    test('when t and the keys for larger text are pressed, the look and the size change and are kept', async () => {
      const looks: (string | null)[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        await app.pressAll('t');
        looks.push(await page.locator('html').getAttribute('data-look'));
      }
      expect(looks).toEqual(['dark', 'sunlight', 'light']);
      expect(await textSize()).toBe('16px');
      await app.pressAll('Control+=', 'Control+=', 't', 't');
      expect(await textSize()).toBe('22.5px');
      await page.reload();
      await page.locator('html[data-look=sunlight]').waitFor();
      expect(await textSize()).toBe('22.5px');
      await app.pressAll('Control+-', 'Control+0', 't');
      expect(await textSize()).toBe('16px');
    });

    test('when the rail is made narrow, its words stay for who listens, and it stays narrow', async () => {
      await page.getByRole('button', { name: 'Show the icons alone' }).press('Enter');
      await page.getByRole('button', { name: 'Show the words of the screens' }).waitFor();
      expect((await page.locator('.rail').boundingBox())?.width).toBeLessThan(80);
      await page.reload();
      await page.getByRole('button', { name: 'Show the words of the screens' }).waitFor();
      await place('Images').press('Enter');
      await titleIs('Images · Lanyard');
    });

    test('when a screen breaks, it says so in words that can be copied, and the frame goes on', async () => {
      await page.route('**/assets/pulls-view*', (route) => route.abort());
      await page.reload();
      await app.goto('/images/pulls');
      const problem = page.getByRole('alert').filter({ hasText: 'This screen stopped' });
      await problem
        .getByText('The screen Images of this page; the hub and the devices are not touched by it.')
        .waitFor();
      await problem.getByRole('button', { name: 'Copy' }).press('Enter');
      await problem.getByText('Copied').waitFor();
      await app.expectAccessible();
      await app.pressAll('g', 'd');
      await titleIs('Devices · Lanyard');
      await page.unroute('**/assets/pulls-view*');
      await app.goto('/images/pulls');
      await problem.getByRole('button', { name: 'Load the page again' }).press('Enter');
      await page.getByRole('heading', { level: 1 }).and(page.locator(':not(:text-is("Images"))')).waitFor();
    });

    test('when the system hands a file over, the deployments are shown; in a browser nothing of it is there', async () => {
      await page.addInitScript(() => {
        Object.assign(window, {
          lanyardDesktop: {
            isDesktop: true,
            onFileOpened: (listener: (file: object) => void) => {
              setTimeout(() => listener({ name: 'line.json', base64: 'e30=' }));
              return () => undefined;
            },
          },
        });
      });
      await page.reload();
      await titleIs('Deployments · Lanyard');
      expect(app.complaints).toEqual([]);
    });

    test('when the hub goes on, the status bar tells its link, its devices and its version', async () => {
      const bar = page.getByRole('contentinfo');
      await bar.getByText('Hub connected').waitFor();
      await bar.getByText(/^Lanyard \d/).waitFor();
      await bar.getByRole('link', { name: '12 of 12 connected' }).waitFor();
    });
  },
);
