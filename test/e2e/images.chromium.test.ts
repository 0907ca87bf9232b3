// The Images screen in a real browser: a file dropped on it becomes an image, what goes wrong is told in words, what a removal hits
// is asked about first, and all of it works by keyboard.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { unready } from '#base/errors.ts';
import type { ConsoleImages } from '#contract/console-images.ts';
import { builtPageDir, isBuildStale, productRoot } from '#entry/build-freshness.js';
import { buildAll } from '#entry/page-build.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { aBase } from '#test/support/build-deployment.ts';
import { anImage, createImagesDouble } from '#test/support/console-images-double.ts';
import { openConsoleImagesSite } from '#test/support/console-images-site.ts';
import { type ConsoleSite, createConsoleSite } from '#test/support/console-site.ts';
import { dropFile, openImageScreen } from '#test/support/image-screen.ts';
import { LayoutMaker } from '#test/support/image-shelf.ts';
import { tarOf } from '#test/support/saved-image.ts';

const root = productRoot(import.meta.dirname);
const pageDir = builtPageDir(root);
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

describe.skipIf(browserMissing !== null)(
  `the images in a browser${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    let browser: Awaited<ReturnType<typeof openBrowser>>;
    let context: BrowserContext;
    let page: Page;
    let complaints: string[];
    let cleanUps: (() => unknown)[];

    beforeAll(async () => {
      if (isBuildStale(root)) await buildAll(root);
      browser = await openBrowser();
    });
    afterAll(() => browser.close());

    beforeEach(async () => {
      cleanUps = [];
      context = await browser.newContext();
      cleanUps.push(() => context.close());
      page = await context.newPage();
      complaints = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
    });
    afterEach(async () => {
      for (const cleanUp of cleanUps.toReversed()) await cleanUp();
    });

    async function open(images: ConsoleImages, site: Pick<ConsoleSite, 'store' | 'clock'>, path = '/images') {
      cleanUps.push(await openImageScreen({ page, images, site, pageDir, path }));
    }

    async function openDouble(
      prepare: (double: ReturnType<typeof createImagesDouble>) => void = () => {},
      path?: string,
    ) {
      const site = createConsoleSite();
      const double = createImagesDouble(site.clock);
      prepare(double);
      cleanUps.push(() => double.tasks.stop());
      await open(double.images, site, path);
      return { ...double, site };
    }

    const imageRow = (name: string) => page.locator('tr[data-image]').filter({ hasText: name });

    test('when a saved image is dropped on the empty screen, it is listed with who needs it, and the site is ready to leave', async () => {
      const real = await openConsoleImagesSite();
      cleanUps.push(() => real.close());
      const site = createConsoleSite();
      real.putDeployment(aBase({ id: 'line-3' }, { web: 'plant/web:1' }));
      await open(real.console, { ...site, store: real.store });
      await page.getByText('No images yet').waitFor();
      await page.getByText('The deployments name an image that is not here').waitFor();

      const layout = new LayoutMaker(join(real.home, 'layout'));
      layout.name(layout.image([400_000, 100_000]), 'plant/web:1');
      await dropFile(page, 'web.tar', readFileSync(tarOf(layout.dir, join(real.home, 'web.tar'))));
      await imageRow('plant/web:1').getByText('Verified').waitFor();
      const row = await imageRow('plant/web:1').innerText();
      expect(row).toMatch(/linux\/amd64/);
      expect(row).toMatch(/50[0-9] KB/);
      expect(row).toMatch(/line-3/);
      expect(row).toMatch(/File web\.tar/);
      await page.locator('[data-tile="readiness"]').getByText('Ready to leave').waitFor();
      expect(await page.locator('.task').innerText()).toMatch(/Done\s+Import web\.tar[^]*plant\/web:1/);
      await page.getByRole('link', { name: 'Deployment by deployment' }).click();
      await page.locator('tr[data-ready="line-3"]').getByText('It is here', { exact: true }).waitFor();
      expect(complaints).toEqual([]);
    });

    test('when a task runs, its bytes are shown, it is there after a reload and on other screens, and Cancel ends it', async () => {
      const { images, kept } = await openDouble(({ kept }) => {
        kept.rows = [anImage()];
        kept.work = ({ bytes, step, signal }) =>
          new Promise((_resolve, reject) => {
            step('part 2 of 5');
            bytes(300_000_000, 1_200_000_000);
            signal.addEventListener('abort', () => reject(new Error('ended')));
          });
      });
      images.importPath({ path: '/media/usb/all.tar', name: null, platforms: null });
      await page.getByText('300 MB of 1.2 GB · 25 %').waitFor();
      await page.getByText('part 2 of 5').waitFor();
      expect(await page.getByRole('progressbar', { name: /all\.tar/ }).getAttribute('aria-valuenow')).toBe('25');
      await page.reload();
      await page.getByText('300 MB of 1.2 GB · 25 %').waitFor();
      await page.getByRole('link', { name: /^Devices/ }).click();
      await page.getByRole('link', { name: 'Import /media/usb/all.tar · 25 %' }).click();
      await page.getByRole('button', { name: 'Cancel: Import /media/usb/all.tar' }).click();
      await page.getByText('Cancelled').waitFor();
      await page.getByRole('button', { name: /^Dismiss/ }).click();
      await page.getByText('Cancelled').waitFor({ state: 'detached' });
      expect(kept.rows).toHaveLength(1);
    });

    test('when a fetch fails, its sentence is shown, can be copied, and its password is nowhere', async () => {
      const asked: unknown[] = [];
      const { images } = await openDouble(({ images, kept }) => {
        kept.rows = [anImage()];
        kept.work = () =>
          Promise.reject(
            unready('image.registry', 'reg.example could not be reached: connect the laptop to the internet.'),
          );
        const fetchImage = images.fetch;
        images.fetch = (request) => {
          asked.push(request);
          return fetchImage(request);
        };
      });
      await page.getByRole('button', { name: 'Import images' }).click();
      await page.getByRole('tab', { name: 'A registry' }).click();
      await page.getByRole('textbox', { name: 'Image' }).fill('reg.example/web:1');
      await page.getByLabel('User').fill('bob');
      await page.getByLabel('Password or token').fill('s3cret');
      await page.getByRole('button', { name: 'Fetch', exact: true }).click();
      const problem = page.getByRole('alert').filter({ hasText: 'reg.example could not be reached' });
      await problem.waitFor();
      await page.getByText('Fetch reg.example/web:1', { exact: true }).waitFor();
      await problem.getByRole('button', { name: 'Copy' }).click();
      await problem.getByText('Copied').waitFor();
      expect(asked).toEqual([
        { image: 'reg.example/web:1', platforms: null, credential: { user: 'bob', password: 's3cret' } },
      ]);
      expect(await page.content()).not.toContain('s3cret');
      expect(images).toBeDefined();
    });

    test('when an image is needed, removing it tells by whom and wants its name; one that nobody needs goes at once', async () => {
      const { kept } = await openDouble(({ kept }) => {
        kept.rows = [
          anImage({ deployments: ['line-3'], deploymentCount: 1, devices: ['press-1'], deviceCount: 7 }),
          anImage({
            repository: 'docker.io/library/busybox',
            name: 'busybox',
            digest: digestOf('b'),
            origin: { kind: 'push', from: null, atMs: 1 },
          }),
        ];
      });
      await page.getByRole('button', { name: 'Remove nginx:1.27' }).click();
      const dialog = page.getByRole('dialog', { name: 'Remove nginx:1.27?' });
      await dialog.getByText('on 7 devices').waitFor();
      await dialog.getByRole('link', { name: 'line-3' }).waitFor();
      const remove = dialog.getByRole('button', { name: 'Remove', exact: true });
      expect(await remove.isDisabled()).toBe(true);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(kept.rows).toHaveLength(2);

      await page.getByRole('button', { name: 'Remove nginx:1.27' }).click();
      await dialog.getByLabel('To remove it all the same, type nginx').fill('nginx');
      await remove.click();
      await imageRow('nginx').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Remove busybox:1.27' }).click();
      await page.getByText('No deployment and no device names it.').waitFor();
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByText('No images yet').waitFor();
      expect(kept.rows).toEqual([]);
    });

    test('when only the keyboard is used, a path is looked into, imported, and the focus comes back', async () => {
      const { kept } = await openDouble(({ kept }) => {
        kept.rows = [anImage()];
        kept.report = {
          format: 'oci-layout',
          images: [
            { name: 'plant/web:1', digest: digestOf('e'), platforms: ['linux/arm64'], bytes: 5e6, newBytes: 1e6 },
          ],
          warnings: ['windows/amd64 is passed over.'],
        };
        kept.work = async () => {
          kept.rows = [
            ...kept.rows,
            anImage({ repository: 'docker.io/plant/web', name: 'plant/web', digest: digestOf('e') }),
          ];
          return { images: ['plant/web:1'] };
        };
      });
      await page.getByRole('button', { name: 'Import images' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('tab', { name: 'Files' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.getByLabel(/^Path of a file/).focus();
      await page.keyboard.type('/media/usb/images');
      await page.keyboard.press('Enter');
      await page.getByText('linux/arm64 · 5.0 MB · 1.0 MB new').waitFor();
      await page.getByText('windows/amd64 is passed over.').waitFor();
      await page.getByRole('button', { name: 'Import', exact: true }).focus();
      await page.keyboard.press('Enter');
      await imageRow('plant/web').waitFor();
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Import images');
      expect(kept.rows).toHaveLength(2);
    });

    test('when images are missing or damaged, the screen says which, why, and what mends it', async () => {
      const missing = [
        { image: 'plant/db:16', platform: 'linux/arm64', explanation: "'plant/db:16' is not here: fetch it." },
      ];
      await openDouble(({ kept }) => {
        kept.rows = [anImage({ soundness: 'damaged' })];
        const platforms = [{ platform: 'linux/arm64', devices: 2, images: 3, missing }];
        kept.readiness = { isReady: false, missing, deployments: [{ deploymentId: 'line-3', platforms, notes: [] }] };
        kept.work = async () => ({ images: ['plant/db:16'] });
      });
      await imageRow('nginx').getByText('Import or fetch it again: that mends it.').waitFor();
      const tile = page.locator('[data-tile="readiness"]');
      await tile.getByText('Images missing: plant/db:16 for linux/arm64').waitFor();
      await tile.getByRole('link', { name: 'Which and why' }).click();
      const row = page.locator('tr[data-ready="line-3"]');
      await page
        .getByRole('list', { name: 'What is missing' })
        .getByText("'plant/db:16' is not here: fetch it.")
        .waitFor();
      await row.getByText('2 of 3 here').waitFor();
      await row.getByRole('link', { name: '2 devices' }).click();
      await page.waitForURL(/devices\?deployment=line-3&standing=applied/);
      await page.goBack();
      await page.getByRole('button', { name: 'Fetch what is missing' }).click();
      await page.getByText('plant/db:16', { exact: true }).first().waitFor();
      await page.locator('.task').getByText('Done').waitFor();
    });

    test('when the limits are changed, they are kept, and who takes images is shown beside', async () => {
      const { kept } = await openDouble(({ kept }) => {
        const row = {
          digest: digestOf('9'),
          sinceMs: Date.now(),
          sentBytes: 5e6,
          totalBytes: 2e7,
          bytesPerSecond: 1e6,
        };
        const pulls = [
          { ...row, deviceId: 'press-1', state: 'sending' as const },
          { ...row, deviceId: 'press-2', state: 'waiting' as const },
        ];
        kept.shares = { ...kept.shares, pulls, sending: 1, waiting: 1 };
      }, '/images/pulls');
      await page.locator('tr[data-pull="press-1"]').getByText('5.0 MB of 20 MB').waitFor();
      await page.locator('tr[data-pull="press-2"]').getByText('Waiting').waitFor();
      await page.getByLabel('Transfers at a time').fill('3');
      await page.getByLabel('Limit the bandwidth of all together').press('Space');
      await page.getByLabel('Megabytes a second').fill('2.5');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Save', disabled: true }).waitFor();
      expect(kept.shares.terms).toEqual({ pullsAtOnce: 3, bytesPerSecond: 2_500_000, siblings: 'off' });
    });

    test('when names and sentences are hostile, they are shown as harmless text', async () => {
      const hostile = '<img src=x onerror="document.title=1">\u202Egnp.exe';
      await openDouble(({ kept, images }) => {
        kept.rows = [
          anImage({
            tags: [hostile],
            origin: { kind: 'file', from: hostile, atMs: 1 },
            deployments: [hostile],
            deploymentCount: 1,
          }),
        ];
        kept.work = () => Promise.reject(unready('image.registry', hostile));
        images.importPath({ path: hostile, name: null, platforms: null });
      });
      await imageRow('nginx').waitFor();
      await page.getByText(/^Import <img/).waitFor();
      const text = await page.locator('main').innerText();
      expect(text).toContain('<img src=x onerror="document.title=1">\uFFFDgnp.exe');
      expect(text).not.toContain('\u202E');
      expect(await page.locator('main img').count()).toBe(0);
      expect(await page.title()).toBe('Images · Lanyard');
    });
  },
);
