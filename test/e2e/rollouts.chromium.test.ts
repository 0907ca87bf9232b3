// Rollouts and groups in a real browser, over the hub with its demo devices: a rollout in waves is planned, started, fails, is read,
// retried and rolled back, by mouse and by keyboard; rings are ordered; what is hostile stays text.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AppPage, buildPage, openApp } from '#test/support/app-page.ts';
import { browserMissing, openBrowser } from '#test/support/browser.ts';
import { eventually } from '#test/support/eventually.ts';
import { type HubProcess, startHubProcess } from '#test/support/hub-process.ts';

const hostile = '<img src=x onerror="document.title=1">\u202Egnp';

/** A layer of one module for the canary lines; the demo's engine lets this image crash after six seconds. */
const aLayer = (id: string, image: string, module = 'vision') => ({
  id,
  priority: 90,
  targetCondition: "tags.role = 'line' AND tags.ring = 'canary'",
  labels: null,
  content: {
    $edgeAgent: {
      [`properties.desired.modules.${module}`]: {
        version: '1.0',
        type: 'docker',
        status: 'running',
        restartPolicy: 'always',
        settings: { image, createOptions: '{}' },
      },
    },
  },
});

describe.skipIf(browserMissing !== null)(
  `rollouts in a browser${browserMissing === null ? '' : ` (${browserMissing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-rollouts-'));
    let hub: HubProcess;
    let browser: Browser;
    let app: AppPage;
    let page: Page;

    beforeAll(async () => {
      await buildPage();
      const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
      hub = await startHubProcess(['--data-dir', home, ...ports, '--demo', '12']);
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await hub?.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    });
    beforeEach(async () => {
      app = await openApp({ hub, browser });
      page = app.page;
      page.setDefaultTimeout(20_000);
    });
    afterEach(async () => {
      await app.close();
    });

    /** As the editor hands over what was written. */
    async function handOver(deployment: ReturnType<typeof aLayer>): Promise<void> {
      await page.evaluate((forRollout) => {
        const kept = { text: '', origin: '', changedAtMs: 1, forRollout };
        localStorage.setItem('lanyard.deployment-draft', JSON.stringify(kept));
      }, deployment);
      await page.reload();
      await app.goto('/rollouts/new?draft=1');
      await page.getByLabel('New deployment').waitFor();
    }

    const status = (word: string) => page.locator('.status-line .status', { hasText: word });
    const why = () => page.locator('[data-why]').innerText();
    const expectInSight = (thing: Locator) =>
      eventually(async () =>
        expect(await thing.evaluate((element) => element.getBoundingClientRect().top)).toBeLessThan(
          page.viewportSize()?.height ?? 0,
        ),
      );
    const planned = (wave: number) => page.locator('.waves-editor > li').nth(wave).locator('[data-planned]');

    test('when there is none yet, the screen says what a rollout is and its button leads to a new one', async () => {
      await app.goto('/rollouts');
      await page.getByText('No rollouts yet').waitFor();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'New rollout' }).click();
      await page.getByRole('heading', { name: 'New rollout' }).waitFor();
      expect(await page.getByRole('button', { name: 'Start the rollout' }).isDisabled()).toBe(true);
      expect(await why()).toBe('Choose what it brings first.');
      expect(app.complaints).toEqual([]);
    });

    test('when groups are made and rings are ordered by mouse and by keyboard, who matches is named as one types', async () => {
      await app.goto('/groups');
      await page.getByRole('button', { name: 'New group' }).click();
      await page.getByLabel('Name').fill('canary');
      await page.getByLabel('Condition', { exact: true }).fill('tags.ring ==');
      await page.locator('dialog .field-problem').waitFor();
      await page.getByLabel('Condition', { exact: true }).fill("tags.ring = 'canary'");
      await page.getByText('2 devices now: line-01, line-02').waitFor();
      await page.getByRole('button', { name: 'Make the group' }).click();
      await page.locator('tr[data-group=canary]').waitFor();

      await app.pressAll('n');
      await page.getByLabel('Name').fill(hostile);
      await page.getByRole('radio', { name: /^Static/ }).check();
      await page.getByLabel('Device ids, one a line').fill('gateway-06\ngateway-12\nnobody');
      await page.getByText('1 of them not registered: nobody').waitFor();
      await page.getByRole('button', { name: 'Make the group' }).click();
      await page.getByRole('alert').getByText("There is no device 'nobody'").waitFor();
      await page.getByLabel('Device ids, one a line').fill('gateway-06\ngateway-12');
      await page.getByRole('button', { name: 'Make the group' }).click();
      await page.locator('tr[data-group]').getByText('<img src=x onerror="document.title=1">\uFFFDgnp').waitFor();

      const ring = page.getByLabel('Add a group as the last ring');
      await ring.selectOption('canary');
      await page.locator('[data-ring=canary]').waitFor();
      await ring.selectOption(hostile);
      const order = () =>
        page.locator('[data-ring]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-ring')));
      await page.locator('[data-ring]').nth(1).waitFor();
      expect(await order()).toEqual(['canary', hostile]);
      await page.getByRole('button', { name: 'Move canary down' }).focus();
      await app.pressAll('Alt+ArrowDown');
      await page.locator('[data-ring]').first().getByText('<img').waitFor();
      expect(await order()).toEqual([hostile, 'canary']);
      await page.getByRole('button', { name: 'Move canary up' }).click();
      await page.locator('[data-ring]').first().getByText('canary').waitFor();
      await page.locator('tr[data-group=canary]').getByRole('link', { name: '2 devices' }).waitFor();
      await app.expectAccessible();

      await page.getByRole('button', { name: 'Deploy to canary' }).click();
      await page.locator('dialog').getByText('whoever matches the condition of the group, 2 devices now').waitFor();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.locator('tr[data-group]:not([data-group=canary])').getByRole('button', { name: 'Deploy' }).click();
      await page.locator('dialog').getByText('the 2 devices that the list names now, and for nobody else').waitFor();
      await page.getByRole('button', { name: 'Write the deployment' }).click();
      await page
        .getByRole('textbox', { name: 'Target condition' })
        .getByText("deviceId IN ['gateway-06', 'gateway-12']")
        .waitFor();
      expect(app.complaints).toEqual([]);
    });

    test('when a rollout fails it stops itself; its log is read, it is tried again, and rolled back, all by mouse', async () => {
      await handOver(aLayer('vision-1', 'plant/vibration-crashing:2.0'));
      await planned(0).getByText('1 device: line-01').waitFor();
      const name = page.locator('.waves-editor > li').first().getByLabel('Name');
      await name.fill('');
      await page.getByText('a wave needs a name').waitFor();
      await page.getByText('One thing is to be mended first.').waitFor();
      expect(await page.getByRole('button', { name: 'Start the rollout' }).isDisabled()).toBe(true);
      await name.fill(hostile);
      await page.getByLabel('Must run well for').fill('20');
      await page.getByText('It begins with 1 device of 2').waitFor();
      await page.getByRole('button', { name: 'Ask the first wave whether it can begin' }).click();
      await page.locator('[data-preflight=go]').getByText('line-01').waitFor();
      expect(await page.locator('[data-finding]').first().isVisible()).toBe(false);
      await page.locator('[data-preflight=go] summary').click();
      await page.locator('[data-finding=base][data-state=good]').getByText('applies to it.').waitFor();
      expect(await page.locator('[data-finding]').count()).toBe(6);
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Start the rollout' }).click();

      await page.getByRole('heading', { name: 'vision-1' }).waitFor();
      await page.locator('[data-stop]').getByText('Failure > 10 % of the devices tried, and ≥ 1 device').waitFor();
      await status('Paused').waitFor({ timeout: 60_000 });
      await page.locator('[data-explanation]').getByText('1 of 1 device tried so far failed').waitFor();
      expect(await page.title()).not.toBe('1');
      await page.locator('tr[data-wave="1"]').getByText('\uFFFDgnp').waitFor();

      // The square of the device in the picture leads to its attempts and the log.
      await page
        .locator('.waffle-canvas')
        .first()
        .click({ position: { x: 12, y: 12 } });
      await page
        .locator('dialog [data-attempt="1"]')
        .getByText(/Failed/)
        .waitFor();
      await page
        .locator('dialog .attempt-log')
        .getByText(/vision/)
        .waitFor();
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Close' }).click();

      await page.getByRole('button', { name: 'Can it begin? Ask line-02' }).click();
      await page.locator('dialog').getByRole('button', { name: 'Ask it whether it can begin' }).click();
      await page.locator('dialog [data-finding]').nth(5).waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
      await page.locator('[data-failures]').getByText('line-01').waitFor();
      await page.locator('[data-explanation]').getByText('It goes on when a person').waitFor();
      // A count brings its devices into sight, says what they are, and how to see all.
      const count = page.locator('.rollout-counts').getByRole('link', { name: 'Failure 1' });
      await count.click();
      await page.locator('[data-rollout-device=line-01]').waitFor();
      expect(await page.locator('[data-rollout-device]').count()).toBe(1);
      await eventually(async () => expect(await app.focused()).toMatch(/^Shown: Failure – 1 of 2 devices\./));
      await expectInSight(page.locator('[data-shown]'));
      await page.getByRole('link', { name: 'Show all 2 devices' }).click();
      await page.locator('[data-rollout-device=line-02]').waitFor();
      // Also when it is followed again, and from the row of a wave.
      await count.click();
      await page.locator('[data-shown]').getByText('Failure').waitFor();
      await page.locator('tr[data-wave="2"]').getByRole('link').first().press('Enter');
      await eventually(async () => expect(await app.focused()).toMatch(/^Shown: Wave 2 \(The rest\) – 1 of 2/));
      await expectInSight(page.locator('[data-rollout-device=line-02]'));
      await page.getByRole('button', { name: 'Retry failures' }).click();
      await page.locator('dialog').getByText('line-01').waitFor();
      await page.locator('dialog').getByRole('button', { name: 'Retry failures' }).click();
      await page
        .locator('[data-explanation]')
        .getByText(/A person/)
        .waitFor();
      await page.locator('[data-order=rollBack] button').click();
      await page.getByRole('radio', { name: 'One device to a past revision' }).click();
      await page.getByLabel('Revision', { exact: true }).selectOption({ index: 1 });
      await page.locator('dialog [data-outcome]').getByText('its revision 1').waitFor();
      await page.getByRole('radio', { name: 'Roll this rollout back' }).click();
      await page.locator('dialog').getByText('line-01').waitFor();
      await page.getByRole('button', { name: 'Roll back 1 device' }).click();
      await status('Rolled back').waitFor({ timeout: 60_000 });
      await page.locator('.rollout-events').getByText('Rolling back').waitFor();
      await app.goto('/rollouts');
      await page.locator('[data-rollout=vision-1] .status', { hasText: 'Rolled back' }).waitFor();
      expect(app.complaints).toEqual([]);
    });

    test('when all is over and some failed, the same content goes out again to them alone, and a way back is chosen', async () => {
      await handOver(aLayer('again-1', 'plant/vibration-crashing:2.0', 'again'));
      await page.getByRole('button', { name: 'All at once' }).click();
      await page.getByLabel('It stops itself when too many devices fail').uncheck();
      await page.getByRole('button', { name: 'Start the rollout' }).click();
      await status('Finished').waitFor({ timeout: 60_000 });
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Roll out again to the 2 that failed' }).click();
      expect(await page.getByLabel('New deployment').inputValue()).toBe('again-2');
      expect(await page.getByLabel('Target condition').inputValue()).toBe("deviceId IN ['line-01', 'line-02']");
      const stop = page.getByRole('region', { name: 'What stops it' });
      await stop.getByLabel('Then').selectOption('it goes back to the next lower deployment');
      await stop.getByLabel('A device that no lower base is left for').selectOption('gets an empty base');
      await stop.getByLabel('Then').selectOption('it goes back to what each device ran before');
      await stop.getByLabel('A device with neither that nor a lower base').selectOption('gets an empty base');
      await app.expectAccessible();
      await page.getByRole('button', { name: 'Start the rollout' }).click();
      await page.locator('[data-stop]').getByText('to what each device ran before').waitFor();
      await status('Rolled back').waitFor({ timeout: 60_000 });
      await app.goto('/rollouts');
      await page.locator('[data-rollout=again-2-back-1]').getByText('rolls back again-2').waitFor();
      await app.goto('/history');
      await page.getByText("It takes 'again-2' back.").first().waitFor();
      expect(app.complaints).toEqual([]);
    });

    test('when only the keyboard is used, a rollout is started, paused, let go on, looked through and rolled back', async () => {
      await handOver(aLayer('vision-2', 'plant/vision:2.0'));
      await page.getByLabel('Must run well for').fill('1');
      await page.getByText('It begins with 1 device of 2').waitFor();
      await app.pressAll('Control+Enter');
      await status('In progress').waitFor();
      await page.getByRole('link', { name: /^Rollout of vision-2 · 0 of \d$/ }).waitFor();
      await app.pressAll('Space');
      await status('Paused').waitFor();
      await app.pressAll('Space');
      await page.locator('.status-line .status').filter({ hasNotText: 'Paused' }).waitFor();

      await page.locator('[data-rollout-device=line-01]').getByText('Success').waitFor({ timeout: 60_000 });
      const picture = page.getByRole('application');
      await picture.focus();
      await app.pressAll('End');
      await page.locator('.waffle-read').getByText('line-02: Pending, wave 2').waitFor();
      await app.pressAll('Home', 'Enter');
      await page.getByRole('dialog', { name: 'line-01' }).getByText('Done').waitFor();
      await app.pressAll('Escape');
      await page.getByRole('img', { name: /Success 1, failure 0/ }).waitFor();
      await app.expectAccessible();

      await app.pressAll('Shift+R');
      await page.getByRole('radio', { name: 'Roll this rollout back' }).focus();
      await app.pressAll('ArrowDown');
      await page.locator('dialog [data-outcome]').getByText('line-01').waitFor();
      await app.expectAccessible();
      await page.getByRole('radio', { name: 'To what applies without it' }).focus();
      await app.pressAll('ArrowUp');
      await page.getByRole('button', { name: 'Roll back 1 device' }).press('Enter');
      await status('Rolled back').waitFor({ timeout: 60_000 });
      await app.pressAll('g', 'r');
      await page.locator('[data-rollout=vision-2]').press('Enter');
      await page.getByRole('heading', { name: 'vision-2' }).waitFor();
      await app.goto('/rollouts');
      await page.locator('[data-rollout=vision-2] .status', { hasText: 'Rolled back' }).waitFor();
      await app.expectAccessible();
      expect(app.complaints).toEqual([]);
    });
  },
);
