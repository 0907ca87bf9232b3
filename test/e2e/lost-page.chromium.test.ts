// The page when things break under it: reloaded in the middle of any screen it comes back where it was; a hub that is killed is told
// on every screen, which stays to be read; and the hub's next start takes the browser back in, with what people had begun to write.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { screens } from '#renderer/frame/screens.tsx';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

/** Each screen, and places in the middle of one: a tab, a filter, a draft. */
const addresses = [
  ...screens.map(({ path }) => path),
  '/devices?state=healthy',
  '/devices/line-01?tab=twin',
  '/devices/line-01?tab=effective',
  '/deployments/line-base',
  '/history?part=compare',
];

describe.skipIf(browserMissing !== null)(
  `a page under which things break${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-lost-'));
    let flags: readonly string[];
    let hub: HubProcess;
    let browser: Browser;
    let app: AppPage;

    beforeAll(async () => {
      await buildPage();
      flags = ['--data-dir', home, '--demo', '2', '--https-port', '0', '--mqtt-port', '0'];
      hub = await startHubProcess([...flags, '--console-port', '0']);
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });
    beforeEach(async () => {
      app = await openApp({ hub, browser });
    });
    afterEach(() => app.close());

    test('when the page is reloaded on any screen, it comes back where it was', async () => {
      for (const path of addresses) {
        await app.goto(path);
        const before = await placeOf(app.page);
        await app.page.reload();
        await app.page.locator('main :is(h1, h2)').first().waitFor();
        expect(await placeOf(app.page)).toEqual(before);
      }
      expect(app.complaints).toEqual([]);
    });

    test('when the hub is killed, every screen says so and stays, and what was begun goes on with its next start', async () => {
      const port = new URL(hub.ready.console).port;
      await app.goto('/deployments/new?template=layer');
      await app.page.getByLabel('Id', { exact: true }).fill('half-written');
      await hub.end('SIGKILL');
      await app.page.getByText(/No connection to the hub since/).waitFor();
      for (const { word } of screens) {
        await app.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: word }).click();
        await app.page.locator('main h1').filter({ hasText: word }).waitFor();
        await app.page.getByText(/No connection to the hub since/).waitFor();
        expect(await app.page.getByText('could not be drawn').count()).toBe(0);
      }
      hub = await startHubProcess([...flags, '--console-port', port]);
      // A session is of one start: of the site nothing stays in sight, and the page says what opens it.
      await app.page.getByText('Open the address that the hub printed').waitFor();
      expect(await app.page.getByText('line-base').count()).toBe(0);
      const { hash } = new URL(app.page.url());
      await app.page.goto(hub.ready.console);
      await app.page.getByText('Hub connected').waitFor();
      expect(new URL(app.page.url()).hash).toBe(hash);
      await app.goto('/deployments/new');
      expect(await app.page.getByLabel('Id', { exact: true }).inputValue()).toBe('half-written');
      await app.goto('/devices');
      await app.page.locator('tr[data-device="line-01"]').waitFor();
    });

    test('when the hub starts anew, what a person pastes lets every window in, each where it was', async () => {
      const port = new URL(hub.ready.console).port;
      const old = hub.ready.console;
      await app.goto('/devices?state=healthy');
      const other = await app.page.context().newPage();
      await other.goto(`${new URL(old).origin}/#/deployments/line-base`);
      await other.locator('main h1').filter({ hasText: 'line-base' }).waitFor();
      await hub.end('SIGKILL');
      hub = await startHubProcess([...flags, '--console-port', port]);
      const field = app.page.getByLabel('Address, or the whole line');
      for (const [pasted, told] of [
        ['what was it again', 'There is no key in this.'],
        [old, 'This is not the key of the hub that runs now.'],
        ['http://127.0.0.1:1/#token=abcdefgh', 'This is the address of another page'],
      ] as const) {
        await field.fill(pasted);
        await app.page.getByRole('button', { name: 'Open' }).click();
        await app.page.getByText(told).waitFor();
      }
      await app.expectAccessible();
      await other.getByText('This page is locked').waitFor();
      await field.fill(JSON.stringify(hub.ready));
      await field.press('Enter');
      await app.page.locator('tr[data-device="line-01"]').waitFor();
      expect(new URL(app.page.url()).hash).toBe('#/devices?state=healthy');
      await other.locator('main h1').filter({ hasText: 'line-base' }).waitFor();
      // Once: who opens the address later begins at home.
      await other.goto(hub.ready.console);
      await other.locator('main h1').filter({ hasText: 'Site' }).waitFor();
    });
  },
);

/** Where a person is: the address, the heading, the chosen tab. */
async function placeOf(page: Page): Promise<readonly string[]> {
  const heading = await page.locator('main :is(h1, h2)').first().innerText();
  const chosen = await page
    .locator('main [role=tab][aria-selected=true], main .tab[aria-current=true]')
    .allInnerTexts();
  // Counts change by themselves.
  return [new URL(page.url()).hash, heading, ...chosen.map((text) => text.replaceAll(/\d+/g, '').trim())];
}
