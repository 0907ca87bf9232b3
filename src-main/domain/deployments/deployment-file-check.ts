// A deployment of a file as it would be created: what the file leaves open is filled in as the az CLI does, and everything that is
// wrong is found, each with its path in the file, before anything is written.
import type { Problem } from '#base/result.ts';
import { checkManifest, type ManifestCheck } from '#domain/manifests/manifest-check.ts';
import type { DeploymentKind, ModulesContent, TwinContent } from '#domain/records/deployment.ts';
import { readTwinContent } from './automatic-configuration-content.ts';
import { pathIn, type FileDeployment } from './deployment-file-item.ts';
import { readDeploymentHead, sentenceOf, type DeploymentHead, type HeadProblem } from './deployment-head.ts';
import { beyondLimit, countModules, type DeploymentLimits } from './deployment-limits.ts';

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

type FileBody =
  | { readonly kind: 'edge'; readonly content: ModulesContent }
  | { readonly kind: 'device' | 'module'; readonly content: TwinContent };

export interface WantedDeployment extends DeploymentHead {
  readonly body: FileBody;
}

export interface CheckedDeployment {
  /** As it would be; '' when it has none. */
  readonly id: string;
  readonly body: FileBody;
  /** Null when there are problems. */
  readonly wanted: WantedDeployment | null;
  readonly problems: readonly Problem[];
  /** What is passed over, and what is seldom meant. */
  readonly warnings: readonly Problem[];
}

/**
 * The deployment a file asks for, or all that is wrong with it (iot-hub.md 3 and 6). Without flags, a file that is only content
 * targets nothing with priority 0, as `az iot edge deployment create` has it.
 */
export function checkFileDeployment(
  file: FileDeployment,
  flags: FileFlags,
  limits: DeploymentLimits,
): CheckedDeployment {
  const given = flags.id ?? file.id;
  const id = wantedId(file, flags);
  const asGiven = {
    kind: file.kind,
    id,
    priority: flags.priority ?? file.priority ?? 0,
    targetCondition: flags.targetCondition ?? file.targetCondition ?? '',
    labels: flags.labels ?? file.labels,
    metricQueries: flags.metricQueries ?? file.metricQueries,
    schemaVersion: file.schemaVersion ?? defaultSchemaVersion,
  };
  const head = readDeploymentHead(asGiven, limits);
  const headProblems = head.ok ? [] : head.problems.map((problem) => headProblem(file.at, problem));
  const content = checkContent(file, flags.noValidation !== true, limits);
  // A file that could not be read has no content to speak of.
  const problems = [...file.problems, ...headProblems, ...(file.problems.length === 0 ? content.problems : [])];
  const body = { kind: file.kind, content: file.content } as FileBody;
  const wanted = head.ok && problems.length === 0 ? { ...head.value, body } : null;
  const lowered =
    given === id ? [] : [told(pathIn(file.at, 'id'), `ids are in small letters: it becomes ${JSON.stringify(id)}.`)];
  const warnings = [...file.notices, ...lowered, ...content.warnings];
  return { id: typeof id === 'string' ? id : '', body, wanted, problems, warnings };
}

/** The id it would have, whether it can be one or not: in small letters, as the az CLI writes it. */
export function wantedId(file: FileDeployment, flags: FileFlags): FileDeployment['id'] {
  const given = flags.id ?? file.id;
  return typeof given === 'string' ? given.toLowerCase() : given;
}

/** What a manifest or the content of an automatic configuration has wrong, at its place in the file. */
function checkContent(
  { kind, content, contentAt }: FileDeployment,
  schema: boolean,
  limits: DeploymentLimits,
): ManifestCheck {
  const check = kind === 'edge' ? modulesCheck(content, schema, limits) : twinContentCheck(kind, content);
  const inFile = (problem: Problem): Problem => ({
    ...problem,
    at: String(problem.at).replace(/^(?:modules|device|module)Content/, () => contentAt),
  });
  return { problems: check.problems.map(inFile), warnings: check.warnings.map(inFile) };
}

/** Modules can be counted only in a content that can be read. */
function modulesCheck(content: FileDeployment['content'], schema: boolean, limits: DeploymentLimits): ManifestCheck {
  const check = checkManifest(content, { schema });
  const message =
    check.problems.length === 0
      ? beyondLimit('modulesPerDeployment', countModules(content as ModulesContent), limits)
      : undefined;
  return message === undefined ? check : { ...check, problems: [told('modulesContent', message)] };
}

function twinContentCheck(kind: Exclude<DeploymentKind, 'edge'>, content: FileDeployment['content']): ManifestCheck {
  const read = readTwinContent(kind === 'device' ? 'deviceContent' : 'moduleContent', content);
  return { problems: read.ok ? [] : read.problems, warnings: [] };
}

function headProblem(fileAt: string, problem: HeadProblem): Problem {
  const at = fileAt === '' ? problem.at : `${fileAt}.${problem.at}`;
  return { code: problem.code, message: sentenceOf(problem), at };
}

function told(at: string, message: string): Problem {
  return { code: 'file.invalid', message, at };
}
