// The hub's operations and controller over a real store in memory: what they do is read back through the store.
import { pino } from 'pino';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import type { NewAutomaticConfiguration, NewEdgeDeployment } from '#hub/hub-types.ts';
import { createRegistryOperations } from '#hub/operations/registry-operations.ts';
import { createTwinOperations } from '#hub/records/twin-operations.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { openMemoryStore } from '#store/open-store.ts';
import { createFakeClock } from './fake-clock.ts';

export const deviceId = (id: string): DeviceId => id as DeviceId;
export const moduleId = (id: string): ModuleId => id as ModuleId;
export const deploymentId = (id: string): DeploymentId => id as DeploymentId;
export const deviceIdentity = (id: string) => ({ deviceId: deviceId(id), moduleId: null });
export const moduleIdentity = (id: string, module: string) => ({ deviceId: deviceId(id), moduleId: moduleId(module) });

export type HubParts = ReturnType<typeof createHubParts>;

export function createHubParts() {
  const clock = createFakeClock();
  const log = pino({ level: 'silent' });
  const store = openMemoryStore({ clock, log });
  return {
    clock,
    store,
    log,
    registry: createRegistryOperations({ store, clock }),
    twins: createTwinOperations({ store, clock }),
    deployments: createDeploymentOperations({ store, clock }),
    controller: new EvaluationController({ store, clock, log, random: () => 0.5 }),
    journal: (...kinds: JournalKind[]): readonly JournalEntry[] =>
      store.read.journal.list({ limit: 10_000 }).filter(({ kind }) => kinds.length === 0 || kinds.includes(kind)),
  };
}

export const agentSection = (modules: readonly string[] = [], runtime: Record<string, string> = {}) => ({
  schemaVersion: '1.1',
  runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25', ...runtime } },
  systemModules: {
    edgeAgent: { type: 'docker', settings: { image: 'agent:1' } },
    edgeHub: { type: 'docker', status: 'running', restartPolicy: 'always', settings: { image: 'hub:1' } },
  },
  modules: Object.fromEntries(modules.map((name) => [name, aModule(`${name}:1`)])),
});

export const aModule = (image: string) => ({
  type: 'docker',
  status: 'running',
  restartPolicy: 'always',
  settings: { image },
});

/** A base for every device, with the modules named. */
export function aBase(
  id: string,
  overrides: Partial<NewEdgeDeployment> & { readonly modules?: readonly string[] } = {},
) {
  const { modules = [], ...rest } = overrides;
  return aNewDeployment(id, { content: { $edgeAgent: { 'properties.desired': agentSection(modules) } }, ...rest });
}

/** A layer for every device that adds one module. */
export function aLayer(id: string, name: string, overrides: Partial<NewEdgeDeployment> = {}) {
  const content = { $edgeAgent: { [`properties.desired.modules.${name}`]: aModule(`${name}:1`) } };
  return aNewDeployment(id, { priority: 10, content, ...overrides });
}

export function aNewDeployment(id: string, overrides: Partial<NewEdgeDeployment> = {}): NewEdgeDeployment {
  return {
    kind: 'edge',
    id: deploymentId(id),
    priority: 0,
    targetCondition: '*',
    content: { $edgeAgent: {} },
    labels: null,
    metricQueries: {},
    schemaVersion: '1.0',
    ...overrides,
  };
}

/** A device configuration for every device, unless told otherwise. */
export function aNewConfiguration(
  id: string,
  overrides: Partial<NewAutomaticConfiguration> = {},
): NewAutomaticConfiguration {
  return {
    kind: 'device',
    id: deploymentId(id),
    priority: 0,
    targetCondition: '*',
    content: { 'properties.desired.rate': 1 },
    labels: null,
    metricQueries: {},
    schemaVersion: '1.0',
    ...overrides,
  };
}
