// The app for a journey: the page of a hub process in Chromium, or the desktop app with its own hub and window.
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type Browser, type Page } from 'playwright';
import { productRoot } from '#entry/build-freshness.js';
import { findRuntime } from '#entry/electron-runtime.ts';
import { openApp } from './app-page.ts';
import { eventually } from './eventually.ts';
import { startHubProcess } from './hub-process.ts';

export interface JourneyApp {
  readonly page: Page;
  /** What the page complained of; to be empty in the end. */
  readonly complaints: readonly string[];
  /** What is in the file that the page saves while this is done. */
  readonly saved: (deed: () => Promise<void>) => Promise<string>;
  close(): Promise<void>;
}

export async function openInChromium(browser: Browser, hubFlags: readonly string[]): Promise<JourneyApp> {
  const hub = await startHubProcess(hubFlags);
  const app = await openApp({ hub, browser });
  return {
    page: app.page,
    complaints: app.complaints,
    async saved(deed) {
      const [download] = await Promise.all([app.page.waitForEvent('download'), deed()]);
      return readFile(await download.path(), 'utf8');
    },
    async close() {
      await app.close();
      await hub.end('SIGTERM');
    },
  };
}

/** Electron's program, or why its window cannot open here. Nothing is fetched. */
export async function findElectron(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const surroundings = { platform: process.platform, env: process.env, userId: process.getuid?.() };
  return findRuntime(productRoot(import.meta.dirname), surroundings, () => Promise.resolve());
}

export async function openInElectron(executablePath: string, hubFlags: readonly string[]): Promise<JourneyApp> {
  const app = await _electron.launch({ executablePath, args: [productRoot(import.meta.dirname), ...hubFlags] });
  const page = await app.firstWindow();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.locator('main :is(h1, h2)').first().waitFor();
  return {
    page,
    complaints,
    async saved(deed) {
      const path = join(mkdtempSync(join(tmpdir(), 'lanyard-saved-')), 'file');
      // Nobody is there to answer the system's own dialog.
      await app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
      }, path);
      await deed();
      return eventually(() => readFile(path, 'utf8'));
    },
    close: () => app.close(),
  };
}
