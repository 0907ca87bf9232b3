// What is to be seen in pictures: every place of the rail, what lies behind the lists, and the dialogs a person meets most.
import type { Page } from 'playwright';
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
  const overviews = places.map((path) => ({ name: path.slice(1), path }));
  const further = furtherShots(story).filter(({ path }) => places.some((place) => path.startsWith(place)));
  return [...overviews, ...further];
}

function furtherShots({ device, failing, deployment, rollout }: DemoStory): readonly Shot[] {
  // The next version: its draft differs from what most devices run. Of one origin, the second goes on with the draft of the first.
  const draft = `/deployments/new?from=${encodeURIComponent(rollout)}`;
  return [
    { name: 'device', path: `/devices/${encodeURIComponent(failing ?? device)}` },
    ...['twin', 'logs', 'methods', 'timeline', 'effective'].map((tab) => ({
      name: `device-${tab}`,
      path: `/devices/${encodeURIComponent(device)}?tab=${tab}`,
    })),
    { name: 'deployment', path: `/deployments/${encodeURIComponent(deployment)}` },
    { name: 'deployment-new', path: draft },
    { name: 'deployment-preview', path: draft, open: (page) => bringUp(page, 'What one device would be given') },
    { name: 'rollout', path: `/rollouts/${encodeURIComponent(rollout)}` },
    { name: 'rollout-new', path: '/rollouts/new' },
    { name: 'images-ready', path: '/images/ready' },
    { name: 'add-device', path: '/devices', open: (page) => pressButton(page, /^Add (a )?device/i) },
    { name: 'palette', path: '/devices', open: (page) => page.keyboard.press('Control+k') },
    { name: 'keys', path: '/devices', open: (page) => page.keyboard.press('?') },
  ];
}

/** As far up as the page goes, with what stands below it. */
async function bringUp(page: Page, heading: string): Promise<void> {
  await page.getByText('They differ in').waitFor();
  await page.getByRole('heading', { name: heading }).evaluate((element) => element.scrollIntoView({ block: 'start' }));
}

async function pressButton(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().click();
  await page.locator('dialog[open]').waitFor();
}
