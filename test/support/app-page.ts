// The app as a person has it: the page of a hub process, in Chromium. Judged in all three looks: `expectAccessible`.
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { expect } from 'vitest';
import { isBuildStale, productRoot } from '#entry/build-freshness.js';
import { buildAll } from '#entry/page-build.ts';
import { openBrowser } from './browser.ts';
import type { HubProcess } from './hub-process.ts';

export const appLooks = ['light', 'dark', 'sunlight'] as const;
export type AppLook = (typeof appLooks)[number];

export interface AppPage {
  readonly page: Page;
  /** What the browser complained of: errors on its console and those nobody caught. To be empty in the end. */
  readonly complaints: string[];
  /** To an address inside the page (`/devices/press-3`), and until its screen is there. */
  goto(path: string): Promise<void>;
  showLook(look: AppLook): Promise<void>;
  /** Key after key, as a person presses them: `pressAll('g', 'd')`. */
  pressAll(...keys: readonly string[]): Promise<void>;
  /** What has the focus, by its accessible words. */
  focused(): Promise<string>;
  /** Nothing that axe finds, in any look; sunlight at 7:1. Says which look, rule and element. */
  expectAccessible(): Promise<void>;
  close(): Promise<void>;
}

/** The page that the hub serves, built from these very sources. To be called before the hub is started. */
export async function buildPage(): Promise<void> {
  const root = productRoot(import.meta.dirname);
  if (isBuildStale(root)) await buildAll(root);
}

/** `browser`: one that the test file shares; without it, one of its own that `close` ends. */
export async function openApp(options: {
  readonly hub: Pick<HubProcess, 'ready'>;
  readonly browser?: Browser;
  readonly viewport?: { readonly width: number; readonly height: number };
}): Promise<AppPage> {
  const browser = options.browser ?? (await openBrowser());
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  const { origin } = new URL(options.hub.ready.console);
  await page.goto(options.hub.ready.console);
  // Networks of containers that come and go beside it end requests of a browser (ERR_NETWORK_CHANGED): it is loaded once more.
  await screenShown(page, 10_000).catch(() => page.goto(options.hub.ready.console));
  await screenShown(page);

  async function showLook(look: AppLook): Promise<void> {
    await page.evaluate((choice) => {
      const kept = JSON.stringify({ ...JSON.parse(localStorage.getItem('lanyard.look') ?? '{}'), choice });
      localStorage.setItem('lanyard.look', kept);
      window.dispatchEvent(new StorageEvent('storage', { key: 'lanyard.look' }));
    }, look);
    await page.locator(`html[data-look=${look}]`).waitFor({ state: 'attached' });
  }

  return {
    page,
    complaints,
    showLook,
    async goto(path) {
      await page.goto(`${origin}/#${path}`);
      await screenShown(page);
    },
    async pressAll(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    focused: () =>
      page.evaluate(() => {
        const at = document.activeElement;
        return (at?.getAttribute('aria-label') ?? at?.textContent ?? '').trim();
      }),
    async expectAccessible() {
      const found: string[] = [];
      for (const look of appLooks) {
        await showLook(look);
        found.push(...(await complaintsOfAxe(page, look)));
      }
      expect(found).toEqual([]);
    },
    async close() {
      await context.close();
      if (options.browser === undefined) await browser.close();
    },
  };
}

/** Its heading is the screen: until then it says that it opens or reads. */
async function screenShown(page: Page, timeout = 30_000): Promise<void> {
  await page.locator('main :is(h1, h2)').first().waitFor({ timeout });
}

async function complaintsOfAxe(page: Page, look: AppLook): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ rules: { 'color-contrast-enhanced': { enabled: look === 'sunlight' } } })
    .analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const why = (failureSummary ?? '').replaceAll(/\s+/g, ' ').slice(0, 300);
      return `${look} · ${id} (${help}) · ${target.join(' ')} · ${why}`;
    }),
  );
}
