// Everything that is checked of a deployment before it is kept, for whichever door it came through: its head, by the rules that
// previews and files are read by, and its content.
import { refused, type ErrorCode } from '#base/errors.ts';
import { success, type Result } from '#base/result.ts';
import { parseTargetCondition } from '#domain/conditions/target-condition.ts';
import { readTwinContent } from '#domain/deployments/automatic-configuration-content.ts';
import { readDeploymentHead, sentenceOf } from '#domain/deployments/deployment-head.ts';
import { readNewModules, type DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { parseTwinQuery } from '#domain/queries/twin-query.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import type { GivenDeployment, NewAutomaticConfiguration, NewDeployment, NewEdgeDeployment } from '#hub/hub-types.ts';

/**
 * The deployment, or one refusal that names all that is wrong with it, under the code of the first: an answer has room for one.
 * @throws refused `request.invalid` (id, priority, labels, schema version), `deployment.condition`, `deployment.metrics`,
 * `deployment.content`
 */
export function readDeployment(given: GivenDeployment, limits: DeploymentLimits): NewDeployment {
  const head = readDeploymentHead(given, limits);
  const content = readContent(given, limits);
  if (head.ok && content.ok) {
    const { onRemoval } = given;
    return { ...head.value, ...content.value, ...(onRemoval !== undefined && { onRemoval }) };
  }
  const inHead = head.ok ? [] : head.problems.map((problem) => ({ ...problem, message: sentenceOf(problem) }));
  const problems = [...inHead, ...(content.ok ? [] : content.problems)];
  const code = inHead[0]?.code ?? 'deployment.content';
  throw refused(code, `'${given.id}' cannot be kept as it is: ${problemsText(problems)}`, { subject: given.id });
}

type Content = Pick<NewEdgeDeployment, 'kind' | 'content'> | Pick<NewAutomaticConfiguration, 'kind' | 'content'>;

function readContent({ kind, content }: GivenDeployment, limits: DeploymentLimits): Result<Content> {
  if (kind !== 'edge') {
    const read = readTwinContent(`${kind}Content`, content);
    return read.ok ? success({ kind, content: read.value }) : read;
  }
  const read = readNewModules(content, limits);
  return read.ok ? success({ kind, content: read.value }) : read;
}

export function checkResult(code: ErrorCode, what: string, result: Result<unknown>, subject: string): void {
  if (!result.ok) throw refused(code, `${what}: ${problemsText(result.problems)}`, { subject });
}

export interface QueryTest {
  /** Null: it can be used, or none was given. */
  readonly targetConditionError: string | null;
  /** By name, those that cannot be used. */
  readonly metricQueryErrors: Readonly<Record<string, string>>;
}

/**
 * Tries a condition and metric queries without keeping them. A condition that starts with `from` is one of a module
 * configuration; `*` is refused here, as in IoT Hub, although a configuration may have it (iot-hub.md 1.1).
 */
export function testQueries(targetCondition: string, metricQueries: Readonly<Record<string, string>>): QueryTest {
  const errors = Object.entries(metricQueries).flatMap(([name, query]) => {
    const error = errorOf(parseTwinQuery(query));
    return error === null ? [] : [[name, error] as const];
  });
  return { targetConditionError: conditionError(targetCondition), metricQueryErrors: Object.fromEntries(errors) };
}

function conditionError(text: string): string | null {
  if (text.trim() === '*')
    return 'at 0: * is every device, and there is nothing in it to test: it can be saved as it is.';
  return errorOf(parseTargetCondition(kindOfCondition(text), text));
}

function kindOfCondition(text: string): DeploymentKind {
  return /^\s*from\s/i.test(text.slice(0, 100)) ? 'module' : 'device';
}

function errorOf(result: Result<unknown>): string | null {
  return result.ok ? null : problemsText(result.problems);
}
