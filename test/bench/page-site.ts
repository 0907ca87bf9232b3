// A large site for the page: edge devices with tags, deployments in place, and reports of the modules they run.
import type { JsonObject } from '#base/json.ts';
import { deviceIdAt, edgeAgentId, openSiteStore, seedSite } from '#test/support/seed-site.ts';
import { startHub } from './bench-process.ts';
import type { BenchRun } from './measure.ts';
import { siteDeployments, tagsOf } from './site-deployments.ts';
import { untilQuiet } from './until-quiet.ts';
import { untilSettled } from './until-settled.ts';

/** Resolves when every device has its configuration and a report of it; no hub runs on the folder then. */
export async function makePageSite(run: BenchRun, dir: string, devices: number): Promise<void> {
  run.say(`writing ${devices} devices`);
  seedSite({ dir, devices, isEdge: true, tags: tagsOf, deployments: siteDeployments() });
  const hub = await startHub(run, dir);
  await untilSettled(dir, devices, 600_000);
  await untilQuiet(hub.ready.pid);
  await hub.end('SIGTERM');
  const store = openSiteStore(dir);
  store.change((write) => {
    for (let index = 0; index < devices; index += 1) {
      const identity = { deviceId: deviceIdAt(index), moduleId: edgeAgentId };
      const { value, version } = store.read.twins.desired(identity)?.desired ?? { value: {}, version: 1 };
      write.twins.updateReported(identity, { value: aReport(value, version, index), metadata: {}, version: 2 });
      write.devices.setPresence(identity, 'Connected', Date.now() - index * 1000);
    }
  });
  store.close();
}

/** Everything runs as wanted, but on every fiftieth device one module has failed. */
function aReport(desired: JsonObject, version: number, index: number): JsonObject {
  const wanted = Object.entries(desired['modules'] ?? {});
  const modules = wanted.map(([name, module], at) => [
    name,
    {
      ...(module as JsonObject),
      runtimeStatus: index % 50 === 0 && at === 0 ? 'failed' : 'running',
      statusDescription: 'Up 4 hours',
      lastStartTimeUtc: new Date(1_790_000_000_000 + index).toISOString(),
      lastExitTimeUtc: '0001-01-01T00:00:00Z',
      restartCount: 0,
      exitCode: 0,
    },
  ]);
  return {
    schemaVersion: '1.1',
    lastDesiredVersion: version,
    lastDesiredStatus: { code: 200, description: '' },
    modules: Object.fromEntries(modules) as JsonObject,
    systemModules: {},
  };
}
