// The long journey of a technician, done twice from one description: with the mouse, and with the keyboard alone. In Chromium, and in
// the desktop app where Electron's window can open.
import type { Browser } from 'playwright';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildPage } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { findElectron, type JourneyApp, openInChromium, openInElectron } from '#test/support/journey-app.ts';
import { keyboardHands, mouseHands } from '#test/support/journey-hands.ts';
import { journeySite } from '#test/support/journey-site.ts';
import { journeySteps } from '#test/support/journey-steps.ts';

const electron = await findElectron();
const electronMissing = 'missing' in electron ? electron.missing : null;

interface Place {
  readonly word: string;
  readonly missing: string | null;
  readonly open: (browser: Browser, flags: readonly string[]) => Promise<JourneyApp>;
}

const places: readonly Place[] = [
  {
    word: `Chromium${browserMissing === null ? '' : ` (${browserMissing})`}`,
    missing: browserMissing,
    open: openInChromium,
  },
  {
    word: `the desktop app${electronMissing === null ? '' : ` (${electronMissing})`}`,
    missing: electronMissing,
    open: (_, flags) => openInElectron('path' in electron ? electron.path : '', flags),
  },
];

describe.each(places)('the long journey in $word', ({ missing, open }) => {
  beforeAll(async () => {
    if (missing === null) await buildPage();
  });

  // Beside one another: most of a journey is waiting for a module to crash twice.
  test.skipIf(missing !== null).concurrent.each([
    ['the mouse', mouseHands],
    ['the keyboard alone', keyboardHands],
  ] as const)('when it is made with %s, each step leads to the next', async (_, handsOn) => {
    const site = journeySite();
    const browser = await openBrowser();
    const app = await open(browser, site.hubFlags);
    try {
      const hands = handsOn(app.page);
      for (const { title, take } of journeySteps)
        await take({ page: app.page, hands, site, saved: app.saved }).catch((error: unknown) => {
          throw new Error(`${title}: ${String(error)}`, { cause: error });
        });
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
      await site.end();
      await browser.close();
    }
  });
});
