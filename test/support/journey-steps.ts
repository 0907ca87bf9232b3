// The one long journey, in the words of who makes it: from a device that is not there yet to a failed rollout that was taken back
// and is found again in the history. It knows nothing of how a button is pressed: `hands` do that.
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { Hands } from './journey-hands.ts';
import { cameraCrashing, cameraGood, crashCode, type JourneySite } from './journey-site.ts';

interface Journey {
  readonly page: Page;
  readonly hands: Hands;
  readonly site: JourneySite;
  /** What is in the file that the page saves while this is done. */
  readonly saved: (deed: () => Promise<void>) => Promise<string>;
}

export interface JourneyStep {
  readonly title: string;
  readonly take: (journey: Journey) => Promise<void>;
}

const device = 'press-1';

export const journeySteps: readonly JourneyStep[] = [
  {
    title: 'add a device, and start its agent with the connection string that the page shows',
    async take({ page, hands, site }) {
      await hands.goTo('Devices');
      await hands.press(page.getByRole('button', { name: 'Add the first device' }));
      const dialog = page.getByRole('dialog');
      await hands.write(dialog.getByLabel('Device id'), device);
      await hands.press(dialog.getByRole('button', { name: 'Add device' }));
      const secret = dialog.getByRole('region', { name: 'Connection string' });
      await hands.press(secret.getByRole('button', { name: /^Show/ }));
      await secret.getByRole('button', { name: /^Hide/ }).waitFor();
      await site.plugIn(await secret.locator('code').innerText());
      await hands.press(dialog.getByRole('button', { name: 'Done' }));
    },
  },
  {
    title: 'open it: it is connected, and wants a base',
    async take({ page, hands }) {
      await hands.press(page.getByRole('grid', { name: 'Devices' }).getByRole('link', { name: device }));
      await page.getByRole('heading', { name: device }).waitFor();
      await page
        .getByText(/^Connected /)
        .first()
        .waitFor();
    },
  },
  {
    title: 'tag it',
    async take({ page, hands }) {
      await hands.press(page.getByRole('button', { name: 'Add a tag' }));
      await hands.write(page.getByLabel('Name', { exact: true }), 'environment');
      await hands.write(page.getByLabel('Value', { exact: true }), 'production');
      await hands.press(page.getByRole('button', { name: 'Save', exact: true }));
      await page.getByText('environment = production').waitFor();
      expect(await page.getByRole('alert').allInnerTexts()).not.toContainEqual(expect.stringMatching(/\S/));
    },
  },
  {
    title: 'give it a base, from a template, at once',
    async take({ page, hands, site }) {
      await hands.goTo('Deployments');
      await hands.press(page.getByRole('link', { name: /^A base with one module/ }));
      await page
        .getByRole('status')
        .filter({ hasText: /^1 device would/ })
        .waitFor();
      await hands.press(page.getByRole('button', { name: 'Apply at once …' }));
      await hands.press(page.getByRole('dialog').getByRole('button', { name: 'Create and apply' }));
      await page.getByRole('heading', { name: 'site-base', exact: true }).waitFor();
      await eventually(async () => expect(await site.running(device)).toEqual([`camera ${cameraGood}`]));
    },
  },
  {
    title: 'write a layer with a mistake in its condition, and mend it from the message',
    async take({ page, hands }) {
      await hands.goTo('Deployments');
      await hands.press(page.getByRole('button', { name: 'New deployment' }));
      await hands.press(page.getByRole('link', { name: /^A layer that sets a variable/ }));
      const condition = page.getByRole('textbox', { name: 'Target condition' });
      await hands.write(condition, 'tags.environment = production');
      const mistake = page
        .getByRole('listitem')
        .filter({ hasText: "text values need single quotes: 'production'" })
        .first();
      await mistake.waitFor();
      expect(await page.getByRole('button', { name: 'Apply at once …' }).isEnabled()).toBe(false);
      // The message leads to the word that is wrong, which what is typed replaces.
      await hands.press(mistake.getByRole('button', { name: 'character 20' }));
      await page.keyboard.type("'production'");
      await page.getByText(/^Matches 1 edge device/).waitFor();
    },
  },
  {
    title: 'see what it will do, and make it',
    async take({ page, hands }) {
      await page
        .getByRole('status')
        .filter({ hasText: /^1 device would/ })
        .waitFor();
      await page.getByText('LOG_LEVEL').first().waitFor();
      await hands.press(page.getByRole('button', { name: 'Apply at once …' }));
      const dialog = page.getByRole('dialog');
      await dialog.getByText(device).first().waitFor();
      await hands.press(dialog.getByRole('button', { name: 'Create and apply' }));
      await page.getByRole('heading', { name: 'camera-debug', exact: true }).waitFor();
    },
  },
  {
    title: 'write the next version of the base, whose module will crash, and roll it out',
    async take({ page, hands }) {
      await hands.goTo('Deployments');
      await hands.press(page.getByRole('link', { name: 'site-base', exact: true }));
      await hands.press(page.getByRole('button', { name: 'New version from this' }));
      await hands.write(page.getByRole('combobox', { name: 'Image' }), cameraCrashing);
      await hands.press(page.getByRole('button', { name: 'As a rollout, wave by wave …' }));
      await page.getByRole('heading', { name: 'New rollout' }).waitFor();
      await hands.press(page.getByRole('button', { name: 'Start the rollout' }));
      await page.getByRole('heading', { name: 'site-base-2' }).waitFor();
    },
  },
  {
    title: 'see it fail, and read why in the log of the attempt',
    async take({ page, hands }) {
      const row = page.locator(`tr[data-rollout-device="${device}"]`);
      // The module has to end twice, ten seconds apart, before it counts as a crash loop.
      await page.locator('main').getByText('Paused', { exact: true }).first().waitFor({ timeout: 60_000 });
      await hands.press(page.locator('.rollout-counts').getByRole('link', { name: 'Failure 1', exact: true }));
      await hands.press(row.getByRole('button', { name: `Attempts and logs of ${device}` }));
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('region', { name: 'Log of attempt 1' }).getByText(String(crashCode)).first().waitFor();
      await hands.press(dialog.getByRole('button', { name: 'Close' }));
    },
  },
  {
    title: 'take it back',
    async take({ page, hands }) {
      await hands.press(page.getByRole('button', { name: /^Roll back/ }));
      const dialog = page.getByRole('dialog');
      await hands.press(dialog.getByRole('button', { name: 'Roll back 1 device' }));
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Rolled back').first().waitFor();
    },
  },
  {
    title: 'see the device healthy again',
    async take({ page, hands, site }) {
      await hands.goTo('Devices');
      await hands.press(page.getByRole('grid', { name: 'Devices' }).getByRole('link', { name: device }));
      await page.getByRole('heading', { name: device }).waitFor();
      await page.locator('.device-title').getByText('Healthy').waitFor();
      expect(await site.running(device)).toEqual([`camera ${cameraGood}`]);
    },
  },
  {
    title: 'find each of these steps in the history',
    async take({ page, hands }) {
      await hands.goTo('History');
      const rows = page.getByRole('grid', { name: 'What happened' });
      await hands.choose(page.getByLabel('Who'), 'person at the console');
      for (const sentence of ownSentences) await rows.getByText(sentence).first().waitFor();
      await hands.choose(page.getByLabel('Who'), 'the hub');
      for (const sentence of hubSentences) await rows.getByText(sentence).first().waitFor();
      await hands.press(page.getByRole('button', { name: 'Clear the filter' }));
    },
  },
  {
    title: 'take the history along as a file',
    async take({ page, hands, saved }) {
      await hands.press(page.getByRole('button', { name: 'Export …' }));
      const dialog = page.getByRole('dialog');
      await hands.press(dialog.getByRole('radio', { name: /^JSON Lines/ }));
      const file = await saved(() => hands.press(dialog.getByRole('button', { name: 'Export', exact: true })));
      const kinds = new Set(
        file
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { readonly kind: string }).kind),
      );
      const wanted = [
        'device-created',
        'tags-changed',
        'deployment-created',
        'rollout-created',
        'rollout-advanced',
        'attempt-log-kept',
      ];
      expect(wanted.filter((kind) => !kinds.has(kind))).toEqual([]);
      await dialog.getByText(/rows were saved/).waitFor();
      await hands.press(dialog.getByRole('button', { name: 'Close' }).last());
    },
  },
];

const ownSentences = [
  `Edge device ${device} was added`,
  `Tags of ${device} changed`,
  'site-base was created',
  'camera-debug was created',
  'A rollout of site-base-2 was started',
  /^Rollout of site-base-2: .*back/,
];
const hubSentences = [/^Rollout of site-base-2: .*failed/];
