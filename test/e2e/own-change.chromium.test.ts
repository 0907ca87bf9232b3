// One's own change of a twin, on a link so slow that the next reading has not come while one types on: it is no change of
// somebody else's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { eventually } from '#test/support/eventually.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];

describe.skipIf(browserMissing !== null)(
  `a change of one's own${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-own-change-'));
    let hub: HubProcess;
    let browser: Browser;
    let app: AppPage;

    beforeAll(async () => {
      await buildPage();
      hub = await startHubProcess(['--data-dir', home, ...ports, '--demo', '3']);
      browser = await openBrowser();
      app = await openApp({ hub, browser });
    });
    afterAll(async () => {
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });

    test('when one types on before the twin was read again, only the new words are a change, and they are written', async () => {
      const { page } = app;
      const held: (() => void)[] = [];
      let isHolding = false;
      await page.routeWebSocket(/.*/, (link) => {
        const server = link.connectToServer();
        link.onMessage((message) => {
          const isReading = message.toString().includes('"path":"deviceTwin"');
          if (isHolding && isReading) held.push(() => server.send(message));
          else server.send(message);
        });
      });
      await page.reload();
      await app.goto('/devices/line-02?tab=twin');
      const editor = page.getByRole('textbox', { name: 'Tags and desired properties' });
      const typeTags = async (tags: Readonly<Record<string, string>>) => {
        await editor.focus();
        await page.keyboard.press('Control+A');
        await page.keyboard.insertText(JSON.stringify({ tags, properties: { desired: {} } }));
      };
      await editor.waitFor();
      isHolding = true;
      await typeTags({ shift: 'early' });
      await page.getByRole('button', { name: /^Apply \d+ changes?$/ }).click();
      await page.getByText(/^Written/).waitFor();
      await eventually(() => expect(held).not.toEqual([]));
      await typeTags({ shift: 'early', note: 'mine' });
      await page.getByRole('button', { name: 'Apply 1 change', exact: true }).click();
      await page.getByText(/^Written/).waitFor();
      isHolding = false;
      for (const goOn of held) goOn();
      await typeTags({ shift: 'late', note: 'mine' });
      await page.getByRole('button', { name: 'Apply 1 change', exact: true }).click();
      await page.getByText(/^Written/).waitFor();
      expect(await editor.innerText()).toMatch(/"shift": "late"[^]*"note": "mine"|"note": "mine"[^]*"shift": "late"/);
      expect(app.complaints).toEqual([]);
    });
  },
);
