// What is to be seen in pictures: every place of the rail, what lies behind the lists, and the dialogs a person meets most.
import type { Page } from 'playwright';
import { historyAddress } from '#renderer/link/history-query.ts';
import {
  deploymentPath,
  devicePath,
  livePath,
  newRolloutPath,
  nextVersionPath,
  readinessPath,
  rolloutPath,
} from '#renderer/words/paths.ts';
import type { DemoStory } from './demo-story.ts';

export interface Shot {
  /** Of the file. */
  readonly name: string;
  readonly path: string;
  /** What is opened on it. */
  readonly open?: (page: Page) => Promise<void>;
}

/** Those whose screen is there: a place that the rail does not name is not opened. */
export async function shotsOf(page: Page, story: DemoStory): Promise<readonly Shot[]> {
  const hrefs = await page
    .locator('.rail .places a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  const places = hrefs.map((href) => href.replace(/^#/, ''));
  const overviews = places.map((path) => ({
    name: path.slice(1),
    path,
    ...(path === livePath && { open: showNewest }),
  }));
  const further = furtherShots(story).filter(({ path }) => places.some((place) => path.startsWith(place)));
  return [...overviews, ...further];
}

function furtherShots({ device, failing, layered, deployment, rollout }: DemoStory): readonly Shot[] {
  // The next version: its draft differs from what most devices run. Of one origin, the second goes on with the draft of the first.
  const draft = nextVersionPath(rollout);
  // The site is as old as the demo.
  const sinceBegin = { fromMs: Date.now() - 120_000, toMs: Date.now() };
  return [
    { name: 'device', path: devicePath(failing ?? device) },
    ...['twin', 'logs', 'timeline'].map((tab) => ({ name: `device-${tab}`, path: `${devicePath(device)}?tab=${tab}` })),
    { name: 'device-methods', path: `${devicePath(device)}?tab=methods`, open: callMethod },
    { name: 'device-effective', path: `${devicePath(layered)}?tab=effective` },
    { name: 'deployment', path: deploymentPath(deployment) },
    { name: 'deployment-new', path: draft },
    { name: 'deployment-preview', path: draft, open: (page) => showDifference(page) },
    { name: 'rollout', path: rolloutPath(rollout) },
    { name: 'rollout-devices', path: rolloutPath(rollout), open: (page) => bringUp(page, 'Devices') },
    {
      name: 'rollout-course',
      path: rolloutPath(rollout),
      open: (page) => bringUp(page, 'Success and failure over time'),
    },
    { name: 'rollout-new', path: newRolloutPath },
    { name: 'images-ready', path: readinessPath },
    { name: 'history-timeline', path: historyAddress({ part: 'timeline', range: 'own', ...sinceBegin, deployment }) },
    { name: 'history-compare', path: historyAddress({ part: 'compare', device: layered }), open: compareLastHour },
    { name: 'add-device', path: '/devices', open: (page) => pressButton(page, /^Add (a )?device/i) },
    { name: 'palette', path: '/devices', open: (page) => page.keyboard.press('Control+k') },
    { name: 'keys', path: '/devices', open: (page) => page.keyboard.press('?') },
  ];
}

/** The newest message of whoever sends first. */
async function showNewest(page: Page): Promise<void> {
  await page.locator('.live-topic').first().click();
  await page.locator('.plot canvas').waitFor();
}

async function showDifference(page: Page): Promise<void> {
  await page.getByText('They differ in').waitFor();
  await bringUp(page, 'What one device would be given');
}

async function callMethod(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Call / }).click();
  await page
    .getByText(/^Answered/)
    .first()
    .waitFor();
}

async function compareLastHour(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'What changed in the last hour' }).click();
  await page
    .getByText('Side by side', { exact: true })
    .evaluate((element) => element.scrollIntoView({ block: 'start' }));
}

/** As far up as the page goes, with what stands below it. */
async function bringUp(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { name: heading }).evaluate((element) => element.scrollIntoView({ block: 'start' }));
}

async function pressButton(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().click();
  await page.locator('dialog[open]').waitFor();
}
