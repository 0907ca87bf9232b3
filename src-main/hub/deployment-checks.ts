// Everything that is checked of a deployment before it is kept, for whichever door it came through. One refusal names all that
// is wrong with the part it is about: id, priority, labels, condition, content, metrics.
import { refused, type ErrorCode } from '#base/errors.ts';
import { isDeploymentId } from '#base/ids.ts';
import type { Result } from '#base/result.ts';
import { readTwinContent } from '#domain/automatic-configuration-content.ts';
import { readModulesContent } from '#domain/deployment-content.ts';
import type { DeploymentKind } from '#domain/deployment.ts';
import { problemsText } from '#domain/problem-text.ts';
import { parseTargetCondition } from '#domain/target-condition.ts';
import { parseTwinQuery } from '#domain/twin-query.ts';
import { countModules, type DeploymentLimits } from './deployment-limits.ts';
import type { NewDeployment } from './hub-types.ts';

const maxPriority = 2 ** 31 - 1;

/**
 * @throws refused `request.invalid` (id, priority, labels), `deployment.condition`, `deployment.content`, `deployment.metrics`
 */
export function checkDeployment(wanted: NewDeployment, limits: DeploymentLimits): void {
  const { id, priority } = wanted;
  if (!isDeploymentId(String(id)))
    throw refused(
      'request.invalid',
      `'${String(id)}' cannot be a deployment's id: use 1 to 128 lower-case letters, digits or any of -+%_*!'.`,
      { subject: id },
    );
  if (!Number.isInteger(priority) || priority < 0 || priority > maxPriority)
    throw refused('request.invalid', `The priority of '${id}' must be a whole number from 0 to ${maxPriority}.`, {
      subject: id,
    });
  checkLabels(wanted, limits);
  checkCondition(wanted, limits);
  checkContent(wanted, limits);
  checkMetrics(wanted, limits);
}

function checkLabels({ id, labels }: NewDeployment, limits: DeploymentLimits): void {
  const entries = Object.entries(labels ?? {});
  const mend = 'remove some';
  checkCount('request.invalid', { id, noun: 'labels', mend }, [entries.length, limits.labels]);
  const characters = entries.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  const noun = 'characters of labels';
  checkCount('request.invalid', { id, noun, mend: 'shorten them' }, [characters, limits.labelCharacters]);
}

function checkCondition({ id, kind, targetCondition }: NewDeployment, limits: DeploymentLimits): void {
  const mend = 'tag the devices and match the tag';
  checkCount('deployment.condition', { id, noun: 'characters of a target condition', mend }, [
    targetCondition.length,
    limits.conditionCharacters,
  ]);
  const parsed = parseTargetCondition(kind, targetCondition);
  checkResult('deployment.condition', `The target condition of '${id}'`, parsed, id);
}

function checkContent(wanted: NewDeployment, limits: DeploymentLimits): void {
  const { id, kind, content } = wanted;
  if (kind !== 'edge')
    return checkResult('deployment.content', `The content for '${id}'`, readTwinContent(`${kind}Content`, content), id);
  checkResult('deployment.content', `The content for '${id}'`, readModulesContent(content), id);
  const mend = 'split it into a base and layers';
  checkCount('deployment.content', { id, noun: 'modules of one deployment', mend }, [
    countModules(wanted.content),
    limits.modulesPerDeployment,
  ]);
}

function checkMetrics({ id, metricQueries }: NewDeployment, limits: DeploymentLimits): void {
  const queries = Object.entries(metricQueries);
  checkCount('deployment.metrics', { id, noun: 'custom metrics', mend: 'remove some' }, [
    queries.length,
    limits.customMetrics,
  ]);
  const longest = Math.max(0, ...queries.map(([name]) => name.length));
  const noun = "characters of a metric's name";
  checkCount('deployment.metrics', { id, noun, mend: 'shorten it' }, [longest, limits.metricNameCharacters]);
  const wrong = queries.flatMap(([name, query]) => {
    const parsed = parseTwinQuery(query);
    return parsed.ok ? [] : [`'${name}' ${problemsText(parsed.problems)}`];
  });
  if (wrong.length > 0)
    throw refused('deployment.metrics', `The metric queries of '${id}': ${wrong.join(' ')}`, { subject: id });
}

interface Counted {
  readonly id: string;
  readonly noun: string;
  readonly mend: string;
}

function checkCount(code: ErrorCode, { id, noun, mend }: Counted, [count, limit]: readonly [number, number]): void {
  if (count <= limit) return;
  throw refused(code, `'${id}' has ${count} ${noun}, and this hub allows ${limit}: ${mend}.`, { subject: id });
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
