// Deployments as IoT Hub configurations, both ways, with the metric queries IoT Hub generates word for word.
import { refused } from '#base/errors.ts';
import { isDeploymentId, type DeploymentId } from '#base/ids.ts';
import { etagOf } from '#contract/etag.ts';
import type { ConfigurationBody, ContentBody } from '#contract/service-api-schemas.ts';
import { wireTime } from '#contract/wire-time.ts';
import type { Deployment, ModulesContent } from '#domain/deployment.ts';
import type { HubOperations, NewDeployment } from '#hub/hub-types.ts';

const contentNames = { edge: 'modulesContent', device: 'deviceContent', module: 'moduleContent' } as const;

type Counts = ReturnType<HubOperations['deployments']['counts']>;

export function configurationJson(deployment: Deployment, counts: Counts): Record<string, unknown> {
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
    systemMetrics: { results: counts, queries: systemQueries(deployment) },
    metrics: { results: {}, queries: deployment.metricQueries },
    etag: etagOf(deployment.version),
  };
}

export function newDeploymentFrom(id: string, body: ConfigurationBody): NewDeployment {
  return {
    kind: 'edge',
    id: deploymentIdOf(id),
    priority: body.priority ?? 0,
    targetCondition: body.targetCondition ?? '',
    content: modulesContentFrom(body.content),
    labels: body.labels ?? null,
    metricQueries: body.metrics?.queries ?? {},
    schemaVersion: body.schemaVersion ?? '1.0',
  };
}

export function deploymentIdOf(id: string): DeploymentId {
  if (isDeploymentId(id)) return id;
  throw refused(
    'request.invalid',
    `'${id}' cannot be a deployment's id: use 1 to 128 lower-case letters, digits or any of -+%_*!'.`,
    { subject: id },
  );
}

export function modulesContentFrom(content: ContentBody | null | undefined): ModulesContent {
  if (content?.deviceContent || content?.moduleContent)
    throw refused(
      'deployment.content',
      'Configurations for devices without the edge runtime are not kept here: give content.modulesContent alone.',
    );
  if (!content?.modulesContent)
    throw refused('deployment.content', 'The content is missing: give content.modulesContent, as when it was created.');
  return content.modulesContent as ModulesContent;
}

/** spec/iot-hub.md section 4. */
function systemQueries({ id, targetCondition }: Deployment): Record<string, string> {
  const appliedCount = `select deviceId from devices.modules where moduleId = '$edgeAgent' and configurations.[[${id}]].status = 'Applied'`;
  const answered = `${appliedCount} and properties.desired.$version = properties.reported.lastDesiredVersion`;
  return {
    targetedCount: targetCondition,
    appliedCount,
    reportedSuccessfulCount: `${answered} and properties.reported.lastDesiredStatus.code = 200`,
    reportedFailedCount: `${answered} and properties.reported.lastDesiredStatus.code != 200`,
  };
}
