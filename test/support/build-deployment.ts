// Builders for what the domain folds and matches, with defaults for all a test does not care about.
import type { DeploymentId } from '#base/ids.ts';
import type { AutomaticConfiguration, EdgeDeployment, ModulesContent } from '#domain/records/deployment.ts';

interface DeploymentParts extends Partial<Omit<EdgeDeployment, 'id' | 'content'>> {
  readonly id?: string;
  readonly content?: ModulesContent;
}

/** A layer of priority 20 that writes nothing, matching nothing, unless told otherwise. */
export function aDeployment({
  id = 'layer',
  content = { $edgeAgent: {} },
  ...parts
}: DeploymentParts = {}): EdgeDeployment {
  return {
    kind: 'edge',
    id: id as DeploymentId,
    priority: 20,
    createdAtMs: 1,
    updatedAtMs: 1,
    targetCondition: '',
    content,
    labels: null,
    metricQueries: {},
    schemaVersion: '2.0',
    version: 1,
    ...parts,
  };
}

/** A base of priority 10 that runs `modules` (name → image). */
export function aBase(parts: DeploymentParts = {}, modules: Readonly<Record<string, string>> = {}): EdgeDeployment {
  const entries = Object.entries(modules).map(([name, image]) => [name, { type: 'docker', settings: { image } }]);
  const content: ModulesContent = {
    $edgeAgent: { 'properties.desired': { schemaVersion: '1.1', modules: Object.fromEntries(entries) } },
  };
  return aDeployment({ id: 'base', priority: 10, content, ...parts });
}

interface ConfigurationParts extends Partial<Omit<AutomaticConfiguration, 'id'>> {
  readonly id?: string;
}

/** An automatic device configuration of priority 10 that matches no device, unless told otherwise. */
export function aConfiguration({ id = 'settings', ...parts }: ConfigurationParts = {}): AutomaticConfiguration {
  return {
    kind: 'device',
    id: id as DeploymentId,
    priority: 10,
    createdAtMs: 1,
    updatedAtMs: 1,
    targetCondition: '',
    content: { 'properties.desired.rate': 1 },
    onRemoval: 'leave',
    labels: null,
    metricQueries: {},
    schemaVersion: '2.0',
    version: 1,
    ...parts,
  };
}
