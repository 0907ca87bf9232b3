// What a busy site costs a page: whatever the hub tells, on whichever screen, nothing is drawn before the page's beat, and everything
// in one drawing then. Counted with the browser's clock standing still, so that no machine is too slow for it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screens } from '#renderer/frame/screens.tsx';
import { addProbe, commitsOf } from '#test/bench/page-probe.ts';
import { buildPage } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { eventually } from '#test/support/eventually.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

const addresses = [...screens.map(({ path }) => path), '/devices/line-01', '/deployments/line-base'];
// A list with room to spare is as high as its rows: one more makes it measure anew what is in sight.
const growing = '/devices';
// As in link/page-beat.ts.
const beatMs = 120;

describe.skipIf(browserMissing !== null)(
  `the beat of a page${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-beat-'));
    let hub: HubProcess;
    let browser: Browser;

    beforeAll(async () => {
      await buildPage();
      const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
      hub = await startHubProcess(['--data-dir', home, '--demo', '2', ...ports]);
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });

    test('when the hub tells many things between two beats, every screen draws them once, with the beat', async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      await addProbe(page);
      await addListener(page);
      await page.clock.install();
      await page.clock.pauseAt(Date.now() + 1_000);
      await page.goto(hub.ready.console);
      await untilShown(page);
      const { origin } = new URL(hub.ready.console);
      const window = await openConsoleWindow(hub.ready.console);
      const addDevice = async (deviceId: string): Promise<void> => {
        const terms = { isEdge: false, authentication: { type: 'sas' }, tags: null } as const;
        await window.client.createDevices.mutate({ deviceIds: [deviceId], ...terms });
        await page.waitForFunction(
          (text) => (globalThis as Heard).heard.text.includes(text),
          `"deviceId":"${deviceId}"`,
        );
      };
      let number = 0;
      for (const path of addresses) {
        await page.goto(`${origin}/#${path}`);
        await untilShown(page);
        number += 1;
        await addDevice(`first-${number}`);
        await untilAnswered(page);
        const before = await commitsOf(page);
        for (const name of ['second', 'third', 'fourth']) await addDevice(`${name}-${number}`);
        expect.soft(await commitsOf(page), `${path}: before the beat`).toBe(before);
        await page.clock.runFor(beatMs);
        const drawn = (await commitsOf(page)) - before;
        expect.soft(drawn, `${path}: with the beat`).toBeLessThanOrEqual(path === growing ? 2 : 1);
        expect.soft(drawn, `${path}: with the beat`).toBeGreaterThan(0);
        expect.soft(await countOfDevices(page), path).toBe(2 + 4 * number);
      }
      window.close();
      await context.close();
    });
  },
);

type Heard = typeof globalThis & { heard: { text: string; asked: Set<number> } };

/** Before the page is loaded: what its connection brought is known no earlier than the page itself has it. */
async function addListener(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard = { text: '', asked: new Set<number>() };
    (globalThis as Heard).heard = heard;
    globalThis.WebSocket = class extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given);
        this.addEventListener('message', ({ data }: MessageEvent<string>) => {
          heard.text = `${heard.text}${data}`.slice(-200_000);
          for (const { id } of JSON.parse(/^[[{]/.test(data) ? `[${data}]` : '[]').flat()) heard.asked.delete(id);
        });
      }

      override send(data: string): void {
        for (const { id, method } of JSON.parse(/^[[{]/.test(data) ? `[${data}]` : '[]').flat())
          if (method === 'query') heard.asked.add(id);
        super.send(data);
      }
    };
  });
}

/** Time goes on in small steps until the screen is there and still: the page would miss its hub if it stood still for long. */
async function untilShown(page: Page): Promise<void> {
  await eventually(async () => {
    await page.clock.runFor(20);
    expect(await page.locator('main h1').count()).toBeGreaterThan(0);
  }, 30_000);
  await untilAnswered(page);
  for (let step = 0; step < 50; step += 1) await page.clock.runFor(20);
  await untilAnswered(page);
}

/** Until whatever the screen asked when it opened is answered and drawn, and it asked nothing more upon that. */
async function untilAnswered(page: Page): Promise<void> {
  await page.waitForFunction(
    async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        if ((globalThis as Heard).heard.asked.size > 0) return false;
        await new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', resolve);
          port1.start();
          port2.postMessage(null);
        });
      }
      return true;
    },
    undefined,
    { polling: 50 },
  );
}

async function countOfDevices(page: Page): Promise<number> {
  return Number(await page.locator('.place[href$="/devices"] .count').textContent());
}
