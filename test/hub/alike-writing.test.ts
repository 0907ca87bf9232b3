// A fleet that is written together stands as one whose devices are written each by itself: twins, statuses, revisions and journal.
import { expect, it, vi } from 'vitest';
import { createDesiredReplacer } from '#hub/evaluation/desired-writing.ts';
import { compareDevice } from '#hub/evaluation/device-evaluation.ts';
import { writeAlike } from '#hub/evaluation/alike-writing.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { createRevisionTeller } from '#hub/evaluation/revision-telling.ts';
import { createDeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import type { Store } from '#store/store-types.ts';
import {
  aBase,
  aLayer,
  aNewConfiguration,
  agentSection,
  createHubParts,
  deviceId,
  moduleIdentity,
  type HubParts,
} from '#test/support/hub-parts.ts';

const ids = ['d1', 'd2', 'd3'].map(deviceId);
const content = {
  $edgeAgent: { 'properties.desired': agentSection(['m1', 'm2']) },
  $edgeHub: { 'properties.desired': { schemaVersion: '1.1', routes: { up: 'FROM /* INTO $upstream' } } },
  m2: { 'properties.desired': { rate: 1 } },
};

async function aFleet(): Promise<HubParts> {
  const parts = createHubParts();
  for (const id of ids) parts.registry.createDevice({ deviceId: id, isEdge: true }, 'service');
  parts.controller.start();
  parts.deployments.create(aBase('base', { content }), 'service');
  await parts.controller.settled();
  await parts.controller.stop();
  return parts;
}

/** Steps of evaluation, each written in the way that is asked for. */
function evaluateAll({ store, clock }: HubParts, isTogether: boolean): void {
  const catalog = createDeploymentCatalog({ deployments: store.read.deployments.list() });
  store.change((write) => {
    const nowMs = clock.nowMs();
    const shared = { replaceDesired: createDesiredReplacer(), tellRevision: createRevisionTeller() };
    const evaluation = { read: store.read, write, clock, nowMs, nowIso: new Date(nowMs).toISOString(), ...shared };
    const differences = ids.map((id) => compareDevice(store.read, catalog, id)).filter((found) => found !== null);
    expect(differences).toHaveLength(ids.length);
    if (isTogether) writeAlike(evaluation, differences);
    else for (const difference of differences) writeAlike(evaluation, [difference]);
  });
}

function standing(store: Store) {
  return ids.map((id) => ({
    twins: [null, ...store.read.modules.idsOf(id)].map((moduleId) => {
      const twin = store.read.twins.get({ deviceId: id, moduleId });
      return twin && { ...twin, desired: { ...twin.desired, metadata: twin.desired.metadata } };
    }),
    statuses: store.read.deployments.statuses(id),
    revisions: store.read.revisions.list(id, { limit: 99 }),
    journal: store.read.journal.ofDevice(id, 99).map(({ seq: _seq, ...entry }) => entry),
  }));
}

it.each<readonly [string, (parts: HubParts) => void]>([
  [
    'other sections and statuses of three twins',
    ({ deployments }) => {
      const rated = { ...content, m2: { 'properties.desired': { rate: 2 } } };
      deployments.create(aBase('next', { priority: 5, content: { ...rated, $edgeHub: {} } }), 'service');
    },
  ],
  [
    'back what was taken from them by hand',
    ({ twins }) => {
      for (const { deviceId: id } of ids.map((each) => ({ deviceId: each })))
        twins.patch(moduleIdentity(id, '$edgeAgent'), { desired: { byHand: 1 } }, '*', 'service');
    },
  ],
  ['no base any more', ({ deployments }) => deployments.delete(aBase('base').id, undefined, 'service')],
  ['new modules', ({ deployments }) => void deployments.create(aLayer('more', 'm3'), 'service')],
  [
    'what an automatic configuration writes',
    ({ deployments }) => void deployments.create(aNewConfiguration('rate', { targetCondition: '*' }), 'service'),
  ],
])('when they are given %s, they stand as if each were written by itself', async (_what, change) => {
  const [alone, together] = [await aFleet(), await aFleet()];
  for (const parts of [alone, together]) change(parts);
  evaluateAll(alone, false);
  evaluateAll(together, true);
  const [expected, found] = [standing(alone.store), standing(together.store)];
  expect(found).toEqual(expected);
  expect(await together.store.read.journal.findBrokenSeq()).toBeNull();
});

it('when a turn is over before all are written, the others come up in the next', async () => {
  const { store, clock, log, deployments, twins } = await aFleet();
  for (const id of ids) twins.patch({ deviceId: id, moduleId: null }, { tags: { id } }, '*', 'service');
  for (const id of ids)
    deployments.create(aLayer(`of-${id}`, `for-${id}`, { targetCondition: `tags.id = '${id}'` }), 'service');
  let nowMs = 0;
  const slow = { ...clock, monotonicMs: () => (nowMs += 1000) };
  const controller = new EvaluationController({ store, clock: slow, log, random: () => 0.5 });
  const commits: unknown[] = [];
  store.onCommitted((entries) =>
    commits.push(entries.filter(({ kind }) => kind === 'configuration-changed').map((entry) => entry.deviceId)),
  );
  controller.start();
  await controller.settled();
  await controller.stop();
  expect(commits).toEqual(ids.map((id) => [id]));
});

it('when they are given a new revision, their rows are written with one statement each', async () => {
  const { store, deployments, controller } = await aFleet();
  deployments.create(aBase('next', { priority: 5, content: { $edgeAgent: content.$edgeAgent } }), 'service');
  const given = vi.fn();
  const changeSoon = store.changeSoon.bind(store);
  vi.spyOn(store, 'changeSoon').mockImplementation((work) =>
    changeSoon((write) => {
      const appendAlike: typeof write.journal.appendAlike = (...asked) => {
        given(...asked);
        write.journal.appendAlike(...asked);
      };
      return work({ ...write, journal: { ...write.journal, appendAlike } });
    }),
  );
  controller.start();
  await controller.settled();
  expect(given.mock.calls.map(([devices]) => devices as unknown)).toEqual([ids]);
  expect(ids.map((id) => store.read.revisions.latest(id)?.effective.base)).toEqual(['next', 'next', 'next']);
});
