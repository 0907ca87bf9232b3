// A deployment of a file as it would be created: what the file leaves open is filled in as the az CLI does, and everything that is
// wrong is found, each with its path in the file, before anything is written.
import { isDeploymentId, type DeploymentId } from '#base/ids.ts';
import type { Problem } from '#base/result.ts';
import { readTwinContent } from './automatic-configuration-content.ts';
import { pathIn, type FileDeployment } from './deployment-file-item.ts';
import type { DeploymentKind, ModulesContent, TwinContent } from './deployment.ts';
import { checkManifest, type ManifestCheck } from './manifest-check.ts';
import { parseTargetCondition } from './target-condition.ts';
import { parseTwinQuery } from './twin-query.ts';

const maxPriority = 2 ** 31 - 1;
/** What the az CLI writes. */
const defaultSchemaVersion = '2.0';

/** What the person says beside the file, as flags on the command line of `az iot edge deployment create`; it goes before the file. */
export interface FileFlags {
  readonly id?: string | undefined;
  readonly priority?: number | undefined;
  readonly targetCondition?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly metricQueries?: Readonly<Record<string, string>> | undefined;
  /** `--no-validation`: the schemas only warn. */
  readonly noValidation?: boolean | undefined;
}

export interface WantedDeployment {
  readonly id: DeploymentId;
  readonly priority: number;
  readonly targetCondition: string;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly metricQueries: Readonly<Record<string, string>>;
  readonly schemaVersion: string;
  readonly body:
    | { readonly kind: 'edge'; readonly content: ModulesContent }
    | { readonly kind: 'device' | 'module'; readonly content: TwinContent };
}

export interface CheckedDeployment {
  readonly wanted: WantedDeployment;
  readonly problems: readonly Problem[];
  /** What is passed over, and what is seldom meant. */
  readonly warnings: readonly Problem[];
}

/**
 * The deployment a file asks for, with all that is wrong with it (iot-hub.md 3 and 6). Without flags, a file that is only content
 * targets nothing with priority 0, as `az iot edge deployment create` has it.
 */
export function checkFileDeployment(file: FileDeployment, flags: FileFlags): CheckedDeployment {
  const given = flags.id ?? file.id ?? '';
  const wanted: WantedDeployment = {
    id: given.toLowerCase() as DeploymentId,
    priority: flags.priority ?? file.priority ?? 0,
    targetCondition: flags.targetCondition ?? file.targetCondition ?? '',
    labels: flags.labels ?? file.labels,
    metricQueries: flags.metricQueries ?? file.metricQueries ?? {},
    schemaVersion: file.schemaVersion ?? defaultSchemaVersion,
    body: { kind: file.kind, content: file.content } as WantedDeployment['body'],
  };
  const content = checkContent(file, flags.noValidation !== true);
  const problems = [
    ...file.problems,
    ...idProblems(given, wanted.id, file.at),
    ...priorityProblems(wanted.priority, file.at),
    ...conditionProblems(wanted.targetCondition, file),
    // A file that could not be read has no content to speak of.
    ...(file.problems.length === 0 ? content.problems : []),
    ...queryProblems(wanted.metricQueries, file.at),
  ];
  const lowered =
    given === wanted.id ? [] : [told(pathIn(file.at, 'id'), `ids are in small letters: it becomes ${wanted.id}.`)];
  return { wanted, problems, warnings: [...file.notices, ...lowered, ...content.warnings] };
}

/** What a manifest or the content of an automatic configuration has wrong, at its place in the file. */
function checkContent({ kind, content, contentAt }: FileDeployment, schema: boolean): ManifestCheck {
  const check = kind === 'edge' ? checkManifest(content, { schema }) : twinContentCheck(kind, content);
  const inFile = (problem: Problem): Problem => ({
    ...problem,
    at: String(problem.at).replace(/^(?:modules|device|module)Content/, () => contentAt),
  });
  return { problems: check.problems.map(inFile), warnings: check.warnings.map(inFile) };
}

function twinContentCheck(kind: Exclude<DeploymentKind, 'edge'>, content: FileDeployment['content']): ManifestCheck {
  const read = readTwinContent(kind === 'device' ? 'deviceContent' : 'moduleContent', content);
  return { problems: read.ok ? [] : read.problems, warnings: [] };
}

function idProblems(given: string, id: string, at: string): readonly Problem[] {
  if (given === '') return [told(pathIn(at, 'id'), 'the file names no id: give the deployment one.')];
  if (isDeploymentId(id)) return [];
  return [
    told(
      pathIn(at, 'id'),
      `it cannot be "${given.slice(0, 128)}": use 1 to 128 small letters, digits or any of -+%_*!'.`,
    ),
  ];
}

function priorityProblems(priority: number, at: string): readonly Problem[] {
  if (Number.isInteger(priority) && priority >= 0 && priority <= maxPriority) return [];
  return [told(pathIn(at, 'priority'), `it must be a whole number from 0 to ${maxPriority}.`)];
}

function conditionProblems(text: string, { kind, at }: FileDeployment): readonly Problem[] {
  const condition = parseTargetCondition(kind, text);
  const place = pathIn(at, 'targetCondition');
  return condition.ok ? [] : condition.problems.map((problem) => told(place, inText(problem)));
}

function queryProblems(queries: Readonly<Record<string, string>>, at: string): readonly Problem[] {
  return Object.entries(queries).flatMap(([name, text]) => {
    const query = parseTwinQuery(text);
    const place = pathIn(pathIn(pathIn(at, 'metrics'), 'queries'), name);
    return query.ok ? [] : query.problems.map((problem) => told(place, inText(problem)));
  });
}

/** A problem inside a text, for a problem of the file: the offset goes into the sentence. */
function inText({ at, message }: Problem): string {
  return `at ${at}: ${message}`;
}

function told(at: string, message: string): Problem {
  return { code: 'file.invalid', message, at };
}
