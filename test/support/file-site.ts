// A site with files going in and out: what a file holds, and what a report says of it, in short.
import type { JsonObject } from '#base/json.ts';
import type { ImportRequest } from '#contract/console-files.ts';
import type { FileReport } from '#contract/file-report.ts';
import { createDeploymentFiles } from '#hub/operations/deployment-files.ts';
import type { DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { aManifest, aModuleEntry } from './build-manifest.ts';
import { createHubParts } from './hub-parts.ts';

/** Bytes as the console sends them. */
export const base64Of = (content: string | Uint8Array): string => Buffer.from(content as string).toString('base64');

export const fileOf = (document: unknown) => ({ fileBase64: base64Of(JSON.stringify(document)) });

export function aSite(limits: Partial<DeploymentLimits> = {}) {
  const parts = createHubParts();
  const files = createDeploymentFiles({ store: parts.store, clock: parts.clock, limits });
  const importEach = (document: unknown, rest: Partial<ImportRequest> = {}) =>
    files.importFile({ ...fileOf(document), mode: 'each', ...rest });
  const everything = () => ({
    deployments: parts.deployments.list(),
    devices: parts.registry.listDevices(100),
    journal: parts.journal(),
  });
  return { ...parts, files, importEach, everything };
}

export const baseInFile = (id: string, parts: JsonObject = {}): JsonObject => ({
  id,
  content: { modulesContent: aManifest() },
  targetCondition: '*',
  priority: 10,
  labels: null,
  metrics: { queries: {} },
  ...parts,
});
export const layerInFile = (id: string, parts: JsonObject = {}): JsonObject =>
  baseInFile(id, {
    content: { modulesContent: { $edgeAgent: { 'properties.desired.modules.extra': aModuleEntry() } } },
    priority: 20,
    ...parts,
  });
export const keyOf = (letter: string): string => Buffer.from(letter.repeat(32)).toString('base64');
export const sasInFile = { type: 'sas', symmetricKey: { primaryKey: keyOf('p'), secondaryKey: keyOf('s') } };
export const edgeInFile = (parts: JsonObject = {}): JsonObject => ({
  identity: { authentication: sasInFile, capabilities: { iotEdge: true }, status: 'enabled' },
  twin: { tags: { site: 'north' }, properties: { desired: { rate: 5 } } },
  ...parts,
});

export const outcomes = ({ items }: FileReport) => items.map(({ id, outcome }) => `${id} ${outcome}`);
export const refusalsIn = ({ problems, items }: FileReport) =>
  [...problems, ...items.flatMap((item) => item.problems)].map(({ at, message }) => `${at}: ${message}`);
