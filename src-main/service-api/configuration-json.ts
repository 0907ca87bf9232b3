// Deployments as IoT Hub configurations, both ways, with the metric queries IoT Hub generates word for word.
import { refused } from '#base/errors.ts';
import { isJsonObject, ownValue } from '#base/json.ts';
import { etagOf } from '#contract/etag.ts';
import type { ConfigurationBody } from '#contract/service-api-schemas.ts';
import { wireTime } from '#contract/wire-time.ts';
import { queriesIn } from '#domain/deployments/deployment-head.ts';
import type { Deployment, DeploymentKind, ModulesContent, TwinContent } from '#domain/records/deployment.ts';
import type { DeploymentMetrics } from '#hub/evaluation/deployment-metrics.ts';
import type { DirectContent, GivenDeployment } from '#hub/hub-types.ts';

const noCounts = { targetedCount: 0, appliedCount: 0, reportedSuccessfulCount: 0, reportedFailedCount: 0 };

const contentNames = { edge: 'modulesContent', device: 'deviceContent', module: 'moduleContent' } as const;

export function configurationJson(
  deployment: Deployment,
  metrics: DeploymentMetrics | undefined,
): Record<string, unknown> {
  const { counts = noCounts, custom = {} } = metrics ?? {};
  return {
    id: deployment.id,
    schemaVersion: deployment.schemaVersion,
    labels: deployment.labels,
    content: { [contentNames[deployment.kind]]: deployment.content },
    contentType: 'assignment',
    targetCondition: deployment.targetCondition,
    createdTimeUtc: wireTime(deployment.createdAtMs),
    lastUpdatedTimeUtc: wireTime(deployment.updatedAtMs),
    priority: deployment.priority,
    systemMetrics: { results: systemResults(deployment, counts), queries: systemQueries(deployment) },
    metrics: { results: custom, queries: deployment.metricQueries },
    etag: etagOf(deployment.version),
  };
}

export function givenDeploymentFrom(id: string, body: ConfigurationBody): GivenDeployment {
  return {
    id,
    priority: body.priority ?? 0,
    targetCondition: body.targetCondition ?? '',
    labels: body.labels ?? null,
    metricQueries: queriesIn(body.metrics),
    schemaVersion: body.schemaVersion ?? '1.0',
    ...kindAndContent(body.content),
  };
}

/** The content says what kind of configuration it is. */
function kindAndContent(content: unknown): Pick<GivenDeployment, 'kind' | 'content'> {
  const parts = contentParts(content);
  const [first] = parts;
  if (first === undefined || parts.length !== 1)
    throw refused(
      'deployment.content',
      `The content has ${first === undefined ? 'none' : 'several'} of ${threeNames}: give exactly one (on an update, the one it was created with).`,
    );
  // What stands in it is checked by the hub, all of it at once.
  return first;
}

/** For one device: modules, settings of its own twin, or both. */
export function directContentFrom(content: unknown): DirectContent {
  const parts = contentParts(content);
  const partOf = (kind: DeploymentKind) => parts.find((part) => part.kind === kind)?.content;
  const [modulesContent, deviceContent] = [partOf('edge'), partOf('device')];
  if (parts.length === 0 || partOf('module') !== undefined)
    throw refused(
      'deployment.content',
      'The content for one device must be {"modulesContent": {…}} or {"deviceContent": {…}}: moduleContent is for configurations.',
    );
  return {
    ...(modulesContent !== undefined && { modulesContent: modulesContent as ModulesContent }),
    ...(deviceContent !== undefined && { deviceContent: deviceContent as TwinContent }),
  };
}

const kinds = ['edge', 'device', 'module'] as const;
const threeNames = 'modulesContent, deviceContent and moduleContent';

/** What stands under the three names. Null stands for nothing: some SDKs write all three. */
function contentParts(content: unknown): readonly { readonly kind: DeploymentKind; readonly content: unknown }[] {
  if (content === undefined || content === null) return [];
  if (!isJsonObject(content))
    throw refused('deployment.content', `The content is no object: write one of ${threeNames} into it.`);
  return kinds
    .map((kind) => ({ kind, content: ownValue(content, contentNames[kind]) }))
    .filter((part) => part.content !== undefined && part.content !== null);
}

/** An automatic configuration counts the first two alone. */
function systemResults({ kind }: Deployment, counts: DeploymentMetrics['counts']): Record<string, number> {
  const { targetedCount, appliedCount } = counts;
  return kind === 'edge' ? { ...counts } : { targetedCount, appliedCount };
}

/** spec/iot-hub.md section 4. The query of a module configuration is not confirmed: it follows that of devices. */
function systemQueries({ id, kind, targetCondition: targetedCount }: Deployment): Record<string, string> {
  const isApplied = `configurations.[[${id}]].status = 'Applied'`;
  if (kind === 'device') return { targetedCount, appliedCount: `select deviceId from devices where ${isApplied}` };
  if (kind === 'module')
    return { targetedCount, appliedCount: `select deviceId, moduleId from devices.modules where ${isApplied}` };
  const appliedCount = `select deviceId from devices.modules where moduleId = '$edgeAgent' and ${isApplied}`;
  const answered = `${appliedCount} and properties.desired.$version = properties.reported.lastDesiredVersion`;
  return {
    targetedCount,
    appliedCount,
    reportedSuccessfulCount: `${answered} and properties.reported.lastDesiredStatus.code = 200`,
    reportedFailedCount: `${answered} and properties.reported.lastDesiredStatus.code != 200`,
  };
}
