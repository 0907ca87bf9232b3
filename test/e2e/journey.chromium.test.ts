// The long journey of a technician, done twice from one description: with the mouse, and with the keyboard alone. In Chromium, and in
// the desktop app where Electron's window can open.
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPage } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { findElectron, type JourneyApp, openInChromium, openInElectron } from '#test/support/journey-app.ts';
import { type Hands, keyboardHands, mouseHands } from '#test/support/journey-hands.ts';
import { type JourneySite, journeySite } from '#test/support/journey-site.ts';
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
  // Beside one another: most of a journey is waiting for a module to crash twice.
  describe.skipIf(missing !== null).concurrent.each([
    ['the mouse', mouseHands],
    ['the keyboard alone', keyboardHands],
  ] as const)('with %s', (_, handsOn) => {
    let browser: Browser;
    let site: JourneySite;
    let app: JourneyApp;
    let hands: Hands;
    let failed: string | null = null;

    beforeAll(async () => {
      await buildPage();
      browser = await openBrowser();
      site = journeySite();
      app = await open(browser, site.hubFlags);
      hands = handsOn(app.page);
    });
    afterAll(async () => {
      await app?.close();
      await site?.end();
      await browser?.close();
    });

    test.each(journeySteps)('$title', { concurrent: false }, async ({ title, take }) => {
      expect(failed, 'an earlier step').toBeNull();
      failed = title;
      await take({ page: app.page, hands, site, saved: app.saved });
      failed = null;
    });

    test('and the page had nothing to complain of', { concurrent: false }, () => {
      expect(app.complaints).toEqual([]);
    });
  });
});
