// Deployments as files that IoT Hub's tools read, and that read back here as what they were. What Lanyard adds to a deployment lives
// beside the IoT Hub object and is left out, and said to be.
import type { JsonObject } from '#base/json.ts';
import { success, type Problem, type Result } from '#base/result.ts';
import { portableText } from '#domain/conditions/condition-export.ts';
import { parseTargetCondition } from '#domain/conditions/target-condition.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { mayFailCliValidation } from './cli-validation.ts';
import { writesNothing } from './rollback-content.ts';

/** `iot-hub`: a condition only Lanyard understands is rewritten or refused. `lanyard`: it stays as it is, for another hub of ours. */
export type ExportReader = 'iot-hub' | 'lanyard';

export interface ExportedDeployment {
  /** A configuration object: `-k` and `-m` of the az CLI take it, and `az iot hub state` holds it. */
  readonly configuration: JsonObject;
  /** Its condition, as it is written there. */
  readonly targetCondition: string;
  /** What was rewritten or left out. */
  readonly notices: readonly Problem[];
}

/** The CLI asks module configurations for a condition: no device has this id, so it matches what none does. */
const noModules = "FROM devices.modules WHERE deviceId = ''";

interface ExportOptions {
  readonly reader: ExportReader;
  /** An instant as IoT Hub writes one. */
  readonly timeText: (atMs: number) => string;
}

/**
 * A deployment as a file, or every reason why IoT Hub could not read it.
 * The condition `tags.site IN ['a', 'b']` goes out as `tags.site = 'a' OR tags.site = 'b'`, with a notice.
 */
export function exportedDeployment(
  deployment: Deployment,
  { reader, timeText }: ExportOptions,
): Result<ExportedDeployment> {
  const condition = conditionFor(deployment, reader);
  if (!condition.ok) return condition;
  const { id, schemaVersion, labels, priority, metricQueries, targetCondition } = deployment;
  const configuration: JsonObject = {
    id,
    schemaVersion,
    labels,
    content: contentOf(deployment),
    targetCondition: condition.value,
    priority,
    metrics: { queries: metricQueries, results: {} },
    createdTimeUtc: timeText(deployment.createdAtMs),
  };
  const rewritten = `the condition was rewritten for IoT Hub: ${targetCondition.trim() || 'there was none'}`;
  return success({
    configuration,
    targetCondition: condition.value,
    notices: [
      ...(condition.value === targetCondition ? [] : [notice('targetCondition', rewritten)]),
      ...(deployment.kind !== 'edge' && deployment.onRemoval === 'remove'
        ? [notice('onRemoval', 'IoT Hub leaves the values on devices that are no longer targeted: not exported.')]
        : []),
      ...(reader === 'iot-hub' && deployment.kind === 'edge' && writesNothing(deployment.content)
        ? [
            notice(
              'content',
              'it writes nothing to any device, in IoT Hub either: delete there what it takes back here.',
            ),
          ]
        : []),
      ...(reader === 'iot-hub' && failsCliValidation(deployment)
        ? [notice('content', "the az CLI's own schemas may refuse it: create it with --no-validation.")]
        : []),
    ],
  });
}

/** The command that creates the deployment from its file in the cloud, for a POSIX shell. */
export function createCommand(deployment: Deployment, condition: string, fileName: string): string {
  const { id, kind, priority, labels } = deployment;
  const command = kind === 'edge' ? 'az iot edge deployment create -d' : 'az iot hub configuration create -c';
  const parts = [
    `${command} ${shellText(id)}`,
    `-k ${shellText(fileName)} -m ${shellText(fileName)}`,
    `--target-condition ${shellText(condition)} --priority ${priority}`,
    ...(labels === null ? [] : [`--labels ${shellText(JSON.stringify(labels))}`]),
    ...(failsCliValidation(deployment) ? ['--no-validation'] : []),
  ];
  return parts.join(' ');
}

function conditionFor(deployment: Deployment, reader: ExportReader): Result<string> {
  const { targetCondition, kind } = deployment;
  if (reader === 'lanyard') return success(targetCondition);
  if (kind === 'module' && targetCondition.trim() === '') return success(noModules);
  const parsed = parseTargetCondition(kind, targetCondition);
  return parsed.ok ? portableText(parsed.value) : parsed;
}

function failsCliValidation(deployment: Deployment): boolean {
  return deployment.kind === 'edge' && mayFailCliValidation(deployment.content);
}

function contentOf({ kind, content }: Deployment): JsonObject {
  if (kind === 'edge') return { modulesContent: content };
  return kind === 'device' ? { deviceContent: content } : { moduleContent: content };
}

function shellText(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function notice(at: string, message: string): Problem {
  return { code: 'file.notice', message, at };
}
