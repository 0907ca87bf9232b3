// How many and how large deployments may be: one table says of each limit what it is unless a site sets it, and how far it may be
// raised. A limit is looked at when something new comes: what is there already stays, and may be changed in all that does not grow.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { failure, success, type Problem, type Result } from '#base/result.ts';
import { longestExpression } from '#domain/conditions/expression-dialect.ts';
import { contentWrites, type ContentWrite } from '#domain/records/content-writes.ts';
import type { Deployment, ModulesContent } from '#domain/records/deployment.ts';
import { readModulesContent } from './deployment-content.ts';

interface Limit {
  /** What holds unless the site says otherwise. */
  readonly usual: number;
  /** What a site may raise it to. */
  readonly most: number;
  /** What is counted, after a number. */
  readonly noun: string;
  /** What to do instead of raising it. */
  readonly mend: string;
}

/**
 * Generous: what the cloud limits for its own sake, a laptop need not; what keeps one mistake from filling a site stays. Numbers
 * of IoT Hub from iot-hub.md 1.3 and 4.
 */
const table = {
  /** Automatic configurations are counted with them; IoT Hub has 100 of each. */
  deployments: {
    usual: 10_000,
    most: 50_000,
    noun: 'deployments and configurations',
    mend: 'delete one that is no longer needed',
  },
  /** That one deployment names, beside `$edgeAgent` and `$edgeHub`; IoT Hub has 50. */
  modulesPerDeployment: { usual: 200, most: 1000, noun: 'modules', mend: 'split it into a base and layers' },
  /** As in IoT Hub. */
  customMetrics: { usual: 5, most: 50, noun: 'custom metrics', mend: 'remove some' },
  labels: { usual: 100, most: 1000, noun: 'labels', mend: 'remove some' },
  /** Of the names and texts of all labels together. */
  labelCharacters: { usual: 32_768, most: 262_144, noun: 'characters of labels', mend: 'shorten them' },
  metricNameCharacters: { usual: 1024, most: 4096, noun: "characters in a metric's name", mend: 'shorten it' },
  /** As in IoT Hub. A longer text is no condition in any hub, so this one can only be lowered. */
  conditionCharacters: {
    usual: longestExpression,
    most: longestExpression,
    noun: 'characters of a target condition',
    mend: 'tag the devices and match the tag',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof table;
export type DeploymentLimits = Readonly<Record<LimitName, number>>;
/** What a site sets of them; null: as if it never had. */
export type LimitChange = Readonly<Partial<Record<LimitName, number | null>>>;
/** How much of each limit one deployment takes. */
export type DeploymentSize = Omit<DeploymentLimits, 'deployments'>;

export const deploymentLimits: Readonly<Record<LimitName, Limit>> = table;
export const limitNames = Object.keys(table) as readonly LimitName[];
export const usualDeploymentLimits = Object.fromEntries(
  limitNames.map((name) => [name, table[name].usual]),
) as DeploymentLimits;

/** `labels`, 101 of 100 → `it has 101 labels, and this hub allows 100: remove some, or …`; undefined while there is room. */
export function beyondLimit(name: LimitName, count: number, limits: DeploymentLimits): string | undefined {
  if (count <= limits[name]) return undefined;
  return `it has ${count} ${table[name].noun}, and this hub allows ${limits[name]}: ${mendOf(name, limits)}.`;
}

/** Why there cannot be one more deployment beside the `count` that are there; undefined while there is room. */
export function noMoreDeployments(count: number, limits: DeploymentLimits): string | undefined {
  const { deployments } = limits;
  if (count < deployments) return undefined;
  const { noun } = table.deployments;
  return `This hub allows ${deployments} ${noun}, and has ${count}: ${mendOf('deployments', limits)}.`;
}

function mendOf(name: LimitName, limits: DeploymentLimits): string {
  const { mend, most } = table[name];
  if (limits[name] >= most) return mend;
  return `${mend}, or raise the limit ${name} (in the hub's settings, or with --limit at its start)`;
}

/** Content that is to come anew, or everything wrong with it; of content that can be read, also that it has modules too many. */
export function readNewModules(content: unknown, limits: DeploymentLimits): Result<ModulesContent> {
  const read = readModulesContent(content);
  if (!read.ok) return read;
  const message = beyondLimit('modulesPerDeployment', countModules(read.value), limits);
  return message === undefined ? read : failure([{ code: 'deployment.content', message, at: 'modulesContent' }]);
}

type Sized = Pick<Deployment, 'kind' | 'content' | 'targetCondition' | 'labels' | 'metricQueries'>;

/** What a deployment takes of each limit. */
export function sizeOf({ kind, content, targetCondition, labels, metricQueries }: Sized): DeploymentSize {
  const texts = Object.entries(labels ?? {});
  const metricNames = Object.keys(metricQueries);
  return {
    modulesPerDeployment: kind === 'edge' ? countModules(content as ModulesContent) : 0,
    customMetrics: metricNames.length,
    labels: texts.length,
    labelCharacters: texts.reduce((sum, [name, text]) => sum + name.length + text.length, 0),
    metricNameCharacters: Math.max(0, ...metricNames.map(({ length }) => length)),
    conditionCharacters: targetCondition.length,
  };
}

/** The limits, wide enough for what is there: it may stay as large as it is, whatever has been set since it came. */
export function widenedTo(size: DeploymentSize, limits: DeploymentLimits): DeploymentLimits {
  const names = Object.keys(size) as readonly (keyof DeploymentSize)[];
  return { ...limits, ...Object.fromEntries(names.map((name) => [name, Math.max(limits[name], size[name])])) };
}

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

/**
 * What a person sets, or everything wrong with it: `{ labels: 0 }` → a whole number from 1 to 1000 is wanted; `{ lables: 5 }` →
 * there is no such limit. Null takes a limit back to what is usual.
 */
export function readLimitChange(given: JsonObject): Result<LimitChange> {
  const problems = Object.keys(given).flatMap((name) => limitProblems(name, given[name] as Json));
  return problems.length === 0 ? success(given as LimitChange) : failure(problems);
}

function limitProblems(name: string, value: Json): readonly Problem[] {
  const at = name.slice(0, 100);
  if (!isLimitName(name))
    return [
      { code: 'request.invalid', at, message: `there is no such limit: choose one of ${limitNames.join(', ')}.` },
    ];
  if (value === null || isAllowed(name, value)) return [];
  const message = `it takes a whole number from 1 to ${table[name].most}, not ${JSON.stringify(value).slice(0, 100)}.`;
  return [{ code: 'request.invalid', at, message }];
}

/** What was set and kept. What another version of Lanyard kept and this one does not allow is as if it was not set. */
export function keptLimits(kept: Json | undefined): Partial<DeploymentLimits> {
  if (!isJsonObject(kept)) return {};
  return Object.fromEntries(
    Object.entries(kept).filter(([name, value]) => isLimitName(name) && isAllowed(name, value)),
  );
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(table, name);
}

function isAllowed(name: LimitName, value: Json): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= table[name].most;
}
