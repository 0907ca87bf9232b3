// Long work on a site of 10,000 devices, in a process of its own: how long each takes, and the longest it holds the event loop,
// which is what a device waits for its keep-alive.
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import type { DeploymentId } from '#base/ids.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createDeploymentFiles } from '#hub/operations/deployment-files.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { createQueryOperations } from '#hub/operations/query-operations.ts';
import { createTelemetryIntake } from '#hub/device-link/telemetry-intake.ts';
import { UnfinishedWork } from '#hub/operations/unfinished-work.ts';
import type { Store } from '#store/store-types.ts';
import { aDeployment } from '#test/support/build-deployment.ts';
import { deviceIdAt, openSiteStore } from '#test/support/seed-site.ts';
import { answerWith } from './bench-process.ts';
import { measured, type LongWork } from './longest-turn.ts';
import { moduleContent } from './site-deployments.ts';

interface Site {
  readonly store: Store;
  readonly controller: EvaluationController;
  readonly unfinished: UnfinishedWork;
}

answerWith(async ({ dir }: { readonly dir: string }) => {
  const store = openSiteStore(dir);
  const clock = createSystemClock();
  const log = pino({ level: 'error' });
  const controller = new EvaluationController({ store, clock, log, random: Math.random });
  const unfinished = new UnfinishedWork({ store, clock, log });
  controller.start();
  unfinished.start();
  await controller.settled();
  const site = { store, controller, unfinished };
  const measures = [
    ...(await deleteOfAll(site)),
    ...(await removalOfLeft(site)),
    await largeMessages(site),
    await manyGroups(site),
    await importOf(site, 'each', 8000),
    await importOf(site, 'all', 1000),
  ];
  return { measures };
});

async function settled({ controller, unfinished }: Pick<Site, 'controller' | 'unfinished'>): Promise<void> {
  await unfinished.settled();
  await controller.settled();
}

async function deleteOfAll({ store, controller, unfinished }: Site): Promise<readonly LongWork[]> {
  const deployments = createDeploymentOperations({ store, clock: createSystemClock() });
  const id = 'for-all' as DeploymentId;
  deployments.create(aDeployment({ id, targetCondition: '*', content: moduleContent('for-all') }), 'service');
  await controller.settled();
  const deletion = await measured('delete a deployment', async () => {
    deployments.delete(id, '*', 'service');
    await new Promise((resolve) => setImmediate(resolve));
  });
  return [deletion, await measured('… and give its modules back', () => settled({ controller, unfinished }))];
}

async function removalOfLeft({ store, controller, unfinished }: Site): Promise<readonly LongWork[]> {
  const deployments = createDeploymentOperations({ store, clock: createSystemClock() });
  const id = 'settings' as DeploymentId;
  const head = { priority: 0, targetCondition: '*', labels: null, metricQueries: {}, schemaVersion: '1.0' };
  const content = { 'properties.desired.rate': 1, 'properties.desired.mode': 'calm' };
  deployments.create({ id, kind: 'device', content, ...head }, 'service');
  await controller.settled();
  deployments.delete(id, '*', 'service');
  await settled({ controller, unfinished });
  return [
    await measured('count what configurations left', () => deployments.leftValues()),
    await measured('mark what was left', () => deployments.removeLeftValues(id, 'console')),
    await measured('… and take it away', () => settled({ controller, unfinished })),
  ];
}

function largeMessages({ store }: Site): Promise<LongWork> {
  const intake = createTelemetryIntake({ store, clock: createSystemClock() });
  const body = randomBytes(256 * 1024 - 1024);
  return measured('64 messages of 255 KB in one turn', () =>
    Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        intake.take({ deviceId: deviceIdAt(index), moduleId: null }, { system: {}, application: {} } as never, body),
      ),
    ),
  );
}

function manyGroups({ store }: Site): Promise<LongWork> {
  const queries = createQueryOperations({ store, clock: createSystemClock() });
  const query = 'SELECT deviceId, COUNT() AS count FROM devices GROUP BY deviceId';
  return measured('10,000 groups in pages of 500', async () => {
    let continuation: string | null = null;
    do ({ continuation } = await queries.run(query, { limit: 500, continuation }));
    while (continuation !== null);
  });
}

function importOf({ store, controller }: Site, mode: 'each' | 'all', count: number): Promise<LongWork> {
  const files = createDeploymentFiles({ store, clock: createSystemClock() });
  const key = randomBytes(32).toString('base64');
  const authentication = { type: 'sas', symmetricKey: { primaryKey: key, secondaryKey: key } };
  const device = {
    identity: { authentication, capabilities: { iotEdge: true }, status: 'enabled' },
    twin: { tags: { hall: 'import' }, properties: { desired: { rate: 5 } } },
  };
  const devices = Object.fromEntries(Array.from({ length: count }, (_, index) => [`${mode}-${index}`, device]));
  const fileBase64 = Buffer.from(JSON.stringify({ devices })).toString('base64');
  return measured(`import ${count} devices (${mode})`, async () => {
    const report = await files.importFile({ fileBase64, mode });
    const done = report.items.filter(({ outcome }) => outcome === 'created').length;
    if (done !== count)
      throw new Error(`${done} of ${count} devices were imported: ${JSON.stringify(report.items[0])}`);
    await controller.settled();
  });
}
