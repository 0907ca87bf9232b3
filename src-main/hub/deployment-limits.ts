// How many and how large deployments may be. Generous: what the cloud limits for its own sake, a laptop need not; what keeps one
// mistake from filling a site stays.
import { isJsonObject, type Json } from '#base/json.ts';
import { contentWrites, type ContentWrite } from '#domain/deployment-content.ts';
import type { ModulesContent } from '#domain/deployment.ts';

export interface DeploymentLimits {
  /** Deployments and automatic configurations together; IoT Hub has 100. */
  readonly deployments: number;
  /** Modules that one deployment names, beside `$edgeAgent` and `$edgeHub`; IoT Hub has 50. */
  readonly modulesPerDeployment: number;
  /** As in IoT Hub. */
  readonly customMetrics: number;
  readonly labels: number;
  /** Of the names and texts of all labels together. */
  readonly labelCharacters: number;
  /** Of a custom metric's name. */
  readonly metricNameCharacters: number;
  /** Of a target condition; 8192 at most, as in IoT Hub. */
  readonly conditionCharacters: number;
}

export const defaultDeploymentLimits: DeploymentLimits = {
  deployments: 10_000,
  modulesPerDeployment: 200,
  customMetrics: 5,
  labels: 100,
  labelCharacters: 32_768,
  metricNameCharacters: 1024,
  conditionCharacters: 8192,
};

/** The modules that a content gives settings or has the agent run; the two system modules are not counted. */
export function countModules(content: ModulesContent): number {
  const names = new Set(Object.keys(content).filter((id) => !id.startsWith('$')));
  for (const write of contentWrites(content['$edgeAgent'] ?? {})) for (const name of modulesIn(write)) names.add(name);
  return names.size;
}

/** `modules.<name>` names one, `modules` and the whole section those inside. */
function modulesIn({ path: [first, name], value }: ContentWrite): readonly string[] {
  if (first === undefined) return isJsonObject(value) ? namesOf(value['modules']) : [];
  if (first !== 'modules') return [];
  return name === undefined ? namesOf(value) : [name];
}

function namesOf(modules: Json | undefined): readonly string[] {
  return isJsonObject(modules) ? Object.keys(modules) : [];
}
