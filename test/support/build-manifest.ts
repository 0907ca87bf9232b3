// Manifests as people write them: whole and valid unless a test says otherwise.
import type { Json, JsonObject } from '#base/json.ts';

export const aModuleEntry = (parts: JsonObject = {}, settings: JsonObject = {}): JsonObject => ({
  version: '1.0',
  type: 'docker',
  status: 'running',
  restartPolicy: 'always',
  settings: { image: 'registry.local/camera:1.0', createOptions: '{}', ...settings },
  ...parts,
});

export const aSystemModules = (
  parts: { readonly edgeAgent?: JsonObject; readonly edgeHub?: JsonObject } = {},
): JsonObject => ({
  edgeAgent: { type: 'docker', settings: { image: 'mcr.local/azureiotedge-agent:1.5' }, ...parts.edgeAgent },
  edgeHub: {
    type: 'docker',
    status: 'running',
    restartPolicy: 'always',
    settings: { image: 'mcr.local/azureiotedge-hub:1.5', createOptions: '' },
    ...parts.edgeHub,
  },
});

export const anAgentSection = (parts: JsonObject = {}): JsonObject => ({
  schemaVersion: '1.1',
  runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
  systemModules: aSystemModules(),
  modules: { camera: aModuleEntry() },
  ...parts,
});

export const aHubSection = (parts: JsonObject = {}): JsonObject => ({
  schemaVersion: '1.1',
  routes: { upstream: 'FROM /messages/* INTO $upstream' },
  storeAndForwardConfiguration: { timeToLiveSecs: 7200 },
  ...parts,
});

/** A base: `$edgeAgent` and `$edgeHub` whole, and the settings of further modules. */
export const aManifest = (
  parts: { readonly agent?: JsonObject; readonly hub?: JsonObject; readonly settings?: JsonObject } = {},
): JsonObject => ({
  $edgeAgent: { 'properties.desired': anAgentSection(parts.agent) },
  $edgeHub: { 'properties.desired': aHubSection(parts.hub) },
  ...Object.fromEntries(
    Object.entries(parts.settings ?? {}).map(([id, value]) => [id, { 'properties.desired': value }]),
  ),
});

/** A layer that writes one path of `$edgeAgent`. */
export const inAgent = (path: string, value: Json): JsonObject => ({
  $edgeAgent: { [`properties.desired.${path}`]: value },
});

/** A layer that writes one path of `$edgeHub`. */
export const inHub = (path: string, value: Json): JsonObject => ({
  $edgeAgent: {},
  $edgeHub: { [`properties.desired.${path}`]: value },
});

/** The whole manifest with one module, one section or the other as a test wants it. */
export const withModule = (module: JsonObject): JsonObject => aManifest({ agent: { modules: { camera: module } } });
export const withAgent = (agent: JsonObject): JsonObject => aManifest({ agent });
export const withHub = (hub: JsonObject): JsonObject => aManifest({ hub });
