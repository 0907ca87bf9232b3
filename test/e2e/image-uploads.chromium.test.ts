// Files of images on their way, in a real browser: they go on while another screen is looked at, and every screen tells of them.
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { builtPageDir, productRoot } from '#entry/build-freshness.js';
import { buildPage } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { anImage, createImagesDouble } from '#test/support/console-images-double.ts';
import { createConsoleSite } from '#test/support/console-site.ts';
import { openImageScreen } from '#test/support/image-screen.ts';

const pageDir = builtPageDir(productRoot(import.meta.dirname));

describe.skipIf(browserMissing !== null)(
  `files of images on their way${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    const cleanUps: (() => unknown)[] = [];

    beforeAll(async () => {
      await buildPage();
      browser = await openBrowser();
      context = await browser.newContext();
      page = await context.newPage();
    });
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
    });
    afterAll(() => browser?.close());

    test('when several are sent, those that wait are told on every screen, and one of them can be left out', async () => {
      const site = createConsoleSite();
      const { images, kept, tasks } = createImagesDouble(site.clock);
      kept.rows = [anImage()];
      const gate = Promise.withResolvers<undefined>();
      const sent: string[] = [];
      const { upload } = images;
      images.upload = ({ source, ...asked }, signal) => {
        sent.push(asked.name);
        return upload({ ...asked, source: afterwards(gate.promise, source) }, signal);
      };
      cleanUps.push(() => tasks.stop());
      cleanUps.push(await openImageScreen({ page, images, site, pageDir, path: '/images' }));
      cleanUps.push(() => context.close());
      cleanUps.push(() => gate.resolve(undefined));

      await page.getByRole('button', { name: 'Import images' }).click();
      const files = ['a.tar', 'b.tar', 'c.tar'].map((name) => ({ name, mimeType: '', buffer: Buffer.from(name) }));
      await page.getByRole('dialog').locator('input[type=file]').setInputFiles(files);
      await page.getByRole('link', { name: /^Devices/ }).click();
      // A screen that comes takes the focus, and the list of tasks closes when it loses it.
      await page.waitForFunction(() => document.activeElement?.matches('h1') === true);
      await page.getByRole('button', { name: '3 tasks running' }).click();
      await page.getByRole('link', { name: 'Import c.tar · waiting for its turn' }).click();
      await page.getByRole('button', { name: 'Leave out: b.tar' }).click();
      const asked = page.waitForEvent('dialog');
      await page.close({ runBeforeUnload: true });
      expect((await asked).type()).toBe('beforeunload');
      await (await asked).dismiss();
      gate.resolve(undefined);
      await page.locator('.task').filter({ hasText: 'Import c.tar' }).getByText('Done').waitFor();
      expect(sent).toEqual(['a.tar', 'c.tar']);
      const closed = page.waitForEvent('close');
      await page.close({ runBeforeUnload: true });
      await closed;
    });
  },
);

async function* afterwards(turn: Promise<unknown>, source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  await turn;
  yield* source;
}
