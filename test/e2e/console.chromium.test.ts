// The console in a real browser, over a real store and listener: what a person sees, and what a hostile page or device cannot do.
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtPageDir, isBuildStale, productRoot } from '#entry/build-freshness.js';
import { buildAll } from '#entry/page-build.ts';
import { type ConsoleListener, createConsoleListener } from '#hub/console/console-listener.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { aBase, aDeployment } from '#test/support/build-deployment.ts';
import { createImagesDouble } from '#test/support/console-images-double.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { aModule, aReport, type ConsoleSite, createConsoleSite, silentLog } from '#test/support/console-site.ts';
import { aSiteDesk } from '#test/support/site-desk-double.ts';
import type { DeploymentId } from '#base/ids.ts';
import { theSiteFacts } from '#test/support/site-facts.ts';

const root = productRoot(import.meta.dirname);
const base = 'base' as DeploymentId;

describe.skipIf(browserMissing !== null)(
  `the console in a browser${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    let browser: Awaited<ReturnType<typeof openBrowser>>;
    let context: BrowserContext;
    let page: Page;
    let site: ConsoleSite;
    let listener: ConsoleListener;
    let url: string;
    let complaints: string[];

    async function listen(port: number): Promise<void> {
      const options = { host: '127.0.0.1', rendererDir: builtPageDir(root), log: silentLog, site: () => theSiteFacts };
      listener = createConsoleListener({
        store: site.store,
        clock: site.clock,
        failureOf: () => undefined,
        hub: createConsoleOperations(site),
        images: createImagesDouble().images,
        siteDesk: aSiteDesk(site).console,
        port,
        ...options,
      });
      ({ url } = await listener.start());
    }

    const address = (path: string) => `${new URL(url).origin}/#${path}`;

    beforeAll(async () => {
      if (isBuildStale(root)) await buildAll(root);
      browser = await openBrowser();
    });
    afterAll(() => browser.close());

    beforeEach(async () => {
      site = createConsoleSite();
      await listen(0);
      context = await browser.newContext();
      page = await context.newPage();
      complaints = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
    });
    afterEach(async () => {
      await context.close();
      await listener.stop();
      site.store.close();
    });

    const deviceRow = (id: string) => page.locator(`tr[data-device="${id}"]`);
    /** By the printed address, then to the list of devices. */
    async function openDevices(): Promise<void> {
      await page.goto(url);
      await page.locator('main :is(h1, h2)').first().waitFor();
      await page.goto(address('/devices'));
      await page.getByRole('heading', { name: 'Devices', exact: true }).waitFor();
    }

    test('when the printed address is opened, the token leaves the address and changes show as they happen', async () => {
      await openDevices();
      await page.getByText('No devices yet').waitFor();
      expect(page.url()).toBe(address('/devices'));

      site.putDeployment(aBase({ id: 'base', targetCondition: '*' }));
      const desired = { modules: { m: { status: 'running', settings: { image: 'm:1' } } } };
      site.putDevice({ id: 'pump-1', desired, desiredVersion: 2, statuses: { base: 'Applied' } });
      await deviceRow('pump-1').getByText('Updating').waitFor();
      site.report('pump-1', aReport(2, { m: aModule('m:1', 'running') }));
      await deviceRow('pump-1').getByText('Healthy').waitFor();
      await deviceRow('pump-1').getByText('1 of 1').waitFor();
      site.report('pump-1', aReport(2, { m: aModule('m:1', 'backoff', { restartCount: 4, exitCode: 137 }) }));
      await deviceRow('pump-1').getByText('Failing').waitFor();
      site.removeDevice('pump-1');
      await page.getByText('No devices yet').waitFor();
      expect(complaints).toEqual([]);
    });

    test('when a device is opened, it shows wanted against reported, where it came from and what does not apply', async () => {
      for (const id of ['base', 'layer', 'old']) site.putDeployment(aDeployment({ id }));
      site.putDevice({
        id: 'pump-1',
        desired: { modules: { m: { status: 'running', settings: { image: 'm:2' } } } },
        desiredVersion: 2,
        reported: aReport(2, { m: aModule('m:1', 'failed', { restartCount: 20, exitCode: 3 }) }, 500),
        statuses: { base: 'Applied', layer: 'Applied', old: 'Targeted' },
        effective: {
          base,
          applied: [base, 'layer' as DeploymentId],
          notApplied: { old: { reason: 'outranked', by: base } },
          origins: {
            $edgeAgent: [
              { path: [], writtenBy: base, hidden: [] },
              { path: ['modules', 'm', 'env', 'LEVEL'], writtenBy: 'layer' as DeploymentId, hidden: [] },
            ],
          },
        },
      });
      await openDevices();
      await page.getByRole('link', { name: 'pump-1' }).click();
      const module = page.locator('tr[data-module="m"]');
      await module.waitFor();
      expect(await module.innerText()).toMatch(
        /m\s+Its log\s+Failed\s+m:2\s+running\s+m:1\s+failed\s+20\s+3: it ended with an error of its own\s+Its log says why.\s+base\s+layer sets env.LEVEL/,
      );
      expect(await page.locator('tr[data-deployment="old"]').innerText()).toContain('Outranked by base');
      await page.getByText('The agent could not carry out the configuration.').waitFor();
      site.report('pump-1', aReport(2, { m: aModule('m:2', 'running') }));
      await module.getByText('Running', { exact: true }).waitFor();
      await page.goto(address('/devices/nobody'));
      await page.getByText('There is no such device').waitFor();
    });

    test('when a count of a deployment is followed by keyboard, it lists exactly those devices', async () => {
      site.putDeployment(aBase({ id: 'base', targetCondition: '*' }));
      site.putDevice({ id: 'good', desiredVersion: 2, reported: aReport(2, {}), statuses: { base: 'Applied' } });
      site.putDevice({ id: 'bad', desiredVersion: 2, reported: aReport(2, {}, 500), statuses: { base: 'Applied' } });
      site.putDevice({ id: 'other' });
      await page.goto(url);
      await page.getByRole('link', { name: /^Deployments/ }).click();
      const row = page.locator('tr[data-deployment="base"]');
      const count = (standing: string) => row.locator(`[data-part="${standing}"]`);
      const counts = ['targeted', 'applied', 'succeeded', 'failed'].map((standing) => count(standing).innerText());
      expect(await Promise.all(counts)).toEqual(['2', '2', '1', '1']);
      await count('failed').locator('a').focus();
      await page.keyboard.press('Enter');
      await deviceRow('bad').waitFor();
      expect(await page.locator('tr[data-device]').count()).toBe(1);
    });

    test('when there is no session, or the token is wrong, one sentence says how to open it and nothing of the site is there', async () => {
      site.putDevice({ id: 'secret-device' });
      for (const hash of ['', `#token=${'x'.repeat(43)}`]) {
        await page.goto('about:blank');
        await page.goto(`${new URL(url).origin}/${hash}`);
        await page.getByText('Open the address that the hub printed when it started').waitFor();
        expect(await page.content()).not.toContain('secret-device');
      }
      expect(await context.cookies()).toEqual([]);
    });

    test('when text that would make elements or scripts gets as far as the page’s own doors, the browser stops it', async () => {
      await openDevices();
      const attempts = await page.evaluate(() => {
        const box = document.createElement('div');
        const outcomes: Record<string, string> = {};
        const attempt = (what: string, work: () => unknown): void => {
          outcomes[what] = 'done';
          try {
            work();
          } catch (error) {
            outcomes[what] = String(error).split(':')[0] ?? '';
          }
        };
        const { trustedTypes } = globalThis as unknown as {
          trustedTypes: { createPolicy: (name: string, rules: object) => unknown };
        };
        attempt('markup', () => (box.innerHTML = '<img src=x onerror="window.owned=1">'));
        attempt('beside', () => box.insertAdjacentHTML('beforeend', '<b>x</b>'));
        attempt('address', () => (document.createElement('script').src = '/assets/other.js'));
        attempt('script', () => (document.createElement('script').text = 'window.owned = 1'));
        attempt('policy', () => trustedTypes.createPolicy('mine', { createHTML: String }));
        attempt('again', () => trustedTypes.createPolicy('default', { createHTML: String }));
        // What React does with the text of a style.
        attempt('text', () => (document.createElement('style').innerHTML = 'a > b { color: red }'));
        return { ...outcomes, children: box.childElementCount };
      });
      const stopped = { markup: 'TypeError', beside: 'TypeError', address: 'TypeError', script: 'TypeError' };
      expect(attempts).toEqual({ ...stopped, policy: 'TypeError', again: 'TypeError', children: 0, text: 'done' });
      expect(await page.evaluate(() => 'owned' in window)).toBe(false);
    });

    test('when a page of another name or site reaches for the hub, it gets nothing', async () => {
      await openDevices();
      await page.getByText('No devices yet').waitFor();
      const rebound = url.replace('127.0.0.1', 'localhost');
      expect((await page.goto(rebound))?.status()).toBe(403);
      const outcome = await page.evaluate(
        (target) =>
          new Promise((resolve) => {
            const socket = new WebSocket(target);
            socket.addEventListener('open', () => resolve('open'));
            socket.addEventListener('error', () => resolve('refused'));
          }),
        `ws://${new URL(url).host}/api`,
      );
      expect(outcome).toBe('refused');
    });

    test('when a device sends markup and treacherous characters, they are shown as harmless text', async () => {
      site.putDeployment(aBase({ id: 'base' }));
      const hostile = '<img src=x onerror="document.title=1">\u202Egnp.exe';
      site.putDevice({
        id: "a'*(),x=$",
        tags: { [hostile]: hostile },
        desiredVersion: 2,
        reported: {
          ...aReport(2, { [hostile]: aModule(hostile, hostile, { statusDescription: hostile }) }),
          lastDesiredStatus: { code: 500, description: hostile },
        },
        statuses: { base: 'Applied' },
      });
      await openDevices();
      await page.getByRole('link', { name: "a'*(),x=$" }).click();
      await page.getByRole('heading', { name: 'Modules' }).waitFor();
      const text = await page.locator('main').innerText();
      expect(text).toContain('<img src=x onerror="document.title=1">\uFFFDgnp.exe');
      expect(text).not.toContain('\u202E');
      expect(await page.locator('main img').count()).toBe(0);
      expect(await page.title()).toBe('Devices · Lanyard');
    });

    test('when the hub goes away, the page says since when; when another start comes back, it asks for the new address', async () => {
      site.putDevice({ id: 'pump-1' });
      await openDevices();
      await deviceRow('pump-1').waitFor();
      const port = Number(new URL(url).port);
      await listener.stop();
      await page.getByText(/No connection to the hub since/).waitFor();
      expect(await deviceRow('pump-1').isVisible()).toBe(true);
      await listen(port);
      await page.getByText('This page is locked').waitFor();
      await openDevices();
      await deviceRow('pump-1').waitFor();
    });

    test('when there are thousands of devices, all are counted, found by words, and only those in sight are drawn', async () => {
      for (let at = 0; at < 2_000; at += 1) site.putDevice({ id: `pump-${at}` });
      await openDevices();
      await page.getByRole('link', { name: 'All 2,000' }).waitFor();
      expect(await page.getByRole('grid', { name: 'Devices' }).getAttribute('aria-rowcount')).toBe('2001');
      expect(await page.locator('tr[data-device]').count()).toBeLessThan(60);
      await page.getByLabel('Find devices by id or tag').fill('1999');
      await page.getByRole('link', { name: 'All 1', exact: true }).waitFor();
      await deviceRow('pump-1999').waitFor();
      expect(await page.locator('tr[data-device]').count()).toBe(1);
    });
  },
);
