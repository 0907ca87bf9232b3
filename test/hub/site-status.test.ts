// The site in a few numbers for the desktop's tray, and the news of rollouts: counted as the lists count, told when it changed.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HubWord, RolloutNews, SiteStatus, ToldImageWork } from '#contract/shell-port.ts';
import { readHubWord } from '#contract/shell-port.ts';
import { createSiteStatusWatch, type SiteStatusWatch } from '#hub/console/site-status.ts';
import { deviceId } from '#test/support/hub-parts.ts';
import { newWave } from '#test/support/rollout-fleet.ts';
import { rolloutSite } from '#test/support/rollout-site.ts';

const site = rolloutSite();
let told: HubWord[];
let watch: SiteStatusWatch;
let imageWork: ToldImageWork[];
let imageWorkMoved: () => void;

beforeEach(() => {
  told = [];
  const { store, clock } = site.parts;
  imageWork = [];
  imageWorkMoved = () => {};
  watch = createSiteStatusWatch({
    store,
    clock,
    rollouts: site.operations,
    imageWork: {
      underWay: () => imageWork,
      onChange(listener) {
        imageWorkMoved = listener;
        return () => (imageWorkMoved = () => {});
      },
    },
    tell: (word) => told.push(word),
  });
});
afterEach(() => watch.stop());

const statuses = () => told.filter((word): word is SiteStatus => word.kind === 'site-status');
const news = () => told.filter((word): word is RolloutNews => word.kind === 'rollout-news');
const last = () => statuses().at(-1);

test('when devices come, go and are deleted, the numbers follow, once a second and only when they changed', async () => {
  await site.devices('d1', 'd2', 'd3');
  watch.start();
  await site.pass(0);
  expect(last()?.devices).toEqual({ all: 3, connected: 3, failing: 0 });
  site.connect('d1', 'Disconnected');
  site.connect('d2', 'Disconnected');
  await site.pass(700);
  expect(statuses()).toHaveLength(1);
  await site.pass(300);
  expect(last()?.devices).toEqual({ all: 3, connected: 1, failing: 0 });
  site.parts.registry.deleteDevice(deviceId('d1'), '*', 'service');
  await site.pass(1_000);
  expect(last()?.devices).toEqual({ all: 2, connected: 1, failing: 0 });
  const count = statuses().length;
  site.connect('d3');
  await site.pass(5_000);
  expect(statuses()).toHaveLength(count);
});

test('when a device reports that it failed, it counts as failing, and as connected still', async () => {
  await site.devices('d1', 'd2');
  const { version } = site.agentOf('d1').desired;
  await site.report('d1', { lastDesiredVersion: version, lastDesiredStatus: { code: 500, description: 'no room' } });
  watch.start();
  await site.pass(0);
  expect(last()?.devices).toEqual({ all: 2, connected: 2, failing: 1 });
});

test('when there are more devices than a page, all are counted', async () => {
  const { store, clock, registry } = site.parts;
  const ids = Array.from({ length: 450 }, (_, index) => deviceId(`d${index}`));
  for (const id of ids) registry.createDevice({ deviceId: id, isEdge: false }, 'service');
  expect(store.read.devices.ids({ limit: 1_000 })).toHaveLength(450);
  watch.start();
  for (let turn = 0; turn < 100 && last() === undefined; turn += 1) clock.advance(0);
  expect(last()?.devices).toEqual({ all: 450, connected: 0, failing: 0 });
});

test('when a rollout goes on, it is told how far it is; when it ends well, that is news, once', async () => {
  await site.devices('d1', 'd2');
  watch.start();
  await site.pass(0);
  await site.rollOut({ concurrency: 1 });
  await site.end('d1');
  await site.pass(1_000);
  expect(last()).toMatchObject({
    openRollouts: 1,
    rollouts: [{ deploymentId: 'v2', status: 'in-progress', devices: 2, ended: 1 }],
  });
  expect(news()).toEqual([]);
  await site.end('d2');
  await site.pass(2_000);
  expect(last()).toMatchObject({ openRollouts: 0, rollouts: [] });
  expect(news()).toMatchObject([{ deploymentId: 'v2', outcome: 'finished', succeeded: 2, failed: 0 }]);
  await site.pass(5_000);
  expect(news()).toHaveLength(1);
});

test('when its rule stops a rollout, that is news with the reason; when a person pauses one, it is none', async () => {
  await site.devices('d1', 'd2');
  watch.start();
  await site.pass(0);
  const stop = { atLeastFailed: 1, comparison: '≥', percent: 1, action: { kind: 'pause' } } as const;
  await site.rollOut({ concurrency: 1, stop, waves: [newWave()] });
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'pause' });
  await site.pass(1_000);
  await site.operations.orderRollout({ deploymentId: 'v2', order: 'resume' });
  await site.pass(1_000);
  expect(news()).toEqual([]);
  await site.end('d1', 'failed-rolled-back');
  await site.pass(2_000);
  expect(news()).toMatchObject([{ deploymentId: 'v2', outcome: 'stopped', failed: 1 }]);
  expect(news()[0]?.reason).not.toBe('');
  for (const word of told) expect(readHubWord(structuredClone(word))).toEqual(word);
});

test('when a lock holds the only device that is left, that is news after ten minutes, once, though nothing else happens', async () => {
  await site.devices('d1');
  watch.start();
  await site.pass(0);
  await site.rollOut();
  const { version } = site.agentOf('d1').desired;
  const hold = { by: 'lock', module: 'web', message: 'Module web is locked.' };
  await site.report('d1', { lanyard: { attempt: { version, attempt: 1, number: 1, step: 'held', hold } } });
  await site.pass(598_000);
  expect(news()).toEqual([]);
  await site.pass(3_000);
  await site.pass(1_000);
  expect(news()).toMatchObject([{ deploymentId: 'v2', outcome: 'needs-you', succeeded: 0, failed: 0 }]);
  for (let hour = 0; hour < 3; hour += 1) await site.pass(3_600_000);
  expect(news()).toHaveLength(1);
  for (const word of told) expect(readHubWord(structuredClone(word))).toEqual(word);
});

test('when work with images begins, gets on and ends, its begin and its end are told', async () => {
  watch.start();
  await site.pass(0);
  expect(last()?.imageWork).toEqual([]);
  imageWork = [{ kind: 'import', subject: 'x'.repeat(300) }];
  imageWorkMoved();
  await site.pass(1_000);
  expect(last()?.imageWork).toEqual([{ kind: 'import', subject: 'x'.repeat(200) }]);
  const count = statuses().length;
  imageWorkMoved();
  await site.pass(1_000);
  expect(statuses()).toHaveLength(count);
  imageWork = [];
  imageWorkMoved();
  await site.pass(1_000);
  expect(last()?.imageWork).toEqual([]);
});

test('when the hub starts with rollouts that ended long ago, none of them is news', async () => {
  await site.devices('d1');
  await site.rollOut();
  await site.end('d1');
  await site.pass(1_000);
  watch.start();
  await site.pass(5_000);
  expect(news()).toEqual([]);
});
