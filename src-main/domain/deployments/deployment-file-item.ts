// One deployment as a file describes it, in any of the wrappers that IoT Hub's tools write: what is the hub's own is passed over
// and said to be, what cannot be read is a problem of this item alone.
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import type { Problem, Result } from '#base/result.ts';
import { isSectionKey } from '#domain/records/content-writes.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { jsonPath } from '#domain/values/twin-limits.ts';
import { queriesIn, readTexts } from './deployment-head.ts';

/** Null: the file does not say. The head is as it stands there, to be read by deployment-head.ts. */
export interface FileDeployment {
  /** Where it stands in the file; '' for the whole of it. */
  readonly at: string;
  readonly id: Json;
  readonly kind: DeploymentKind;
  readonly content: JsonObject;
  /** Where its content stands. */
  readonly contentAt: string;
  readonly priority: Json;
  readonly targetCondition: Json;
  readonly labels: Json;
  readonly metricQueries: Json;
  readonly schemaVersion: Json;
  /** As IoT Hub wrote it: of deployments of equal priority the newer one counts. */
  readonly createdTimeUtc: string | null;
  readonly problems: readonly Problem[];
  readonly notices: readonly Problem[];
}

const ofTheHub: readonly string[] = ['contentType', 'createdTimeUtc', 'etag', 'lastUpdatedTimeUtc', 'systemMetrics'];
const ofTheFile: readonly string[] = [
  'id',
  'schemaVersion',
  'labels',
  'content',
  'targetCondition',
  'priority',
  'metrics',
  'modulesContent',
  'deviceContent',
  'moduleContent',
];
const contentKeys = ['modulesContent', 'deviceContent', 'moduleContent'] as const;

/** Whether an object is, or holds, the content of a deployment. */
export function holdsContent(document: JsonObject): boolean {
  return Object.hasOwn(document, 'content') || contentKeys.some((key) => Object.hasOwn(document, key));
}

/** Reads it: `{ "modulesContent": {} }`, `{ "content": { … } }` with or without the rest of a configuration. */
export function readFileDeployment(document: JsonObject, at: string, knownId: string | null): FileDeployment {
  const reading = startReading(document, at);
  const { note, given } = reading;
  const id = given('id') ?? knownId;
  if (knownId !== null && id !== knownId)
    note(`its id is ${JSON.stringify(id)}, but it stands under "${knownId}": make them one.`, 'id');
  const found = contentOf(document, at, reading);
  noticeWhatIsIgnored(document, reading);
  const createdTimeUtc = given('createdTimeUtc');
  return {
    at,
    id,
    ...found,
    priority: given('priority'),
    targetCondition: given('targetCondition'),
    labels: given('labels'),
    metricQueries: queriesIn(given('metrics')) as Json,
    schemaVersion: given('schemaVersion'),
    createdTimeUtc: typeof createdTimeUtc === 'string' ? createdTimeUtc : null,
    problems: reading.problems,
    notices: reading.notices,
  };
}

/** The queries of a metrics file: `{ "queries": {} }` or `{ "metrics": { "queries": {} } }`. */
export function readMetricsFile(document: JsonObject): Result<Readonly<Record<string, string>>> {
  const isWrapped = Object.hasOwn(document, 'metrics');
  const metrics = isWrapped ? document['metrics'] : document;
  const queries = isJsonObject(metrics) ? ownValue(metrics, 'queries') : undefined;
  const keys = isWrapped ? ['metrics', 'queries'] : ['queries'];
  return readTexts(queries, keys.join('.'));
}

/** `a` + `b` → `a.b`; in the document itself just `b`. */
export function pathIn(at: string, key: string | number): string {
  return jsonPath(at, key).replace(/^\./, '');
}

interface ItemReading {
  readonly problems: Problem[];
  readonly notices: Problem[];
  /** Notes a problem below the item, or at the item. */
  readonly note: (message: string, ...keys: readonly string[]) => void;
  readonly notice: (message: string, ...keys: readonly string[]) => void;
  /** What stands under a key; null when nothing does. */
  readonly given: (key: string) => Json;
}

function startReading(document: JsonObject, at: string): ItemReading {
  const problems: Problem[] = [];
  const notices: Problem[] = [];
  const problemAt = (message: string, keys: readonly string[]): Problem => ({
    code: 'file.invalid',
    message,
    at: keys.reduce(pathIn, at),
  });
  const note: ItemReading['note'] = (message, ...keys) => void problems.push(problemAt(message, keys));
  return {
    problems,
    notices,
    note,
    notice: (message, ...keys) => void notices.push(problemAt(message, keys)),
    given: (key) => ownValue(document, key) ?? null,
  };
}

type FoundContent = Pick<FileDeployment, 'kind' | 'content' | 'contentAt'>;

function contentOf(document: JsonObject, at: string, { note, notice }: ItemReading): FoundContent {
  const isWrapped = Object.hasOwn(document, 'content');
  const holder = isWrapped ? document['content'] : document;
  const wrapper = isWrapped ? ['content'] : [];
  const present = isJsonObject(holder) ? contentKeys.filter((key) => (ownValue(holder, key) ?? null) !== null) : [];
  const [key, other] = present;
  const nothing: FoundContent = { kind: 'edge', content: {}, contentAt: wrapper.reduce(pathIn, at) };
  if (key === undefined || other !== undefined) {
    const what = key === undefined ? 'it has no content' : `it has ${key} and ${other}`;
    note(`${what}: give one of modulesContent, deviceContent and moduleContent.`, ...wrapper);
    return nothing;
  }
  const contentAt = [...wrapper, key].reduce(pathIn, at);
  const content = (holder as JsonObject)[key] as Json;
  if (!isJsonObject(content)) {
    note('it must be an object.', ...wrapper, key);
    return { ...nothing, contentAt };
  }
  const isLegacy = key === 'moduleContent' && Object.keys(content).some((name) => !isSectionKey(name));
  if (isLegacy) notice('it is read as modulesContent, as older files of the az CLI mean it.', ...wrapper, key);
  const kind = key === 'modulesContent' || isLegacy ? 'edge' : key === 'deviceContent' ? 'device' : 'module';
  return { kind, content, contentAt };
}

function noticeWhatIsIgnored(document: JsonObject, { notice }: ItemReading): void {
  if (Object.hasOwn(document, '$schema-template'))
    notice('this is a template: build the manifest from it first.', '$schema-template');
  const keys = Object.keys(document).filter((key) => document[key] !== null && !key.startsWith('$'));
  const own = keys.filter((key) => ofTheHub.includes(key));
  if (own.length > 0) notice(`${own.join(', ')}: made by the hub itself, not imported.`);
  const others = keys.filter((key) => !ofTheHub.includes(key) && !ofTheFile.includes(key));
  if (others.length > 0) notice(`${others.slice(0, 10).join(', ')}: not known here, not imported.`);
}
