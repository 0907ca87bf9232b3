// One deployment as a file describes it, in any of the wrappers that IoT Hub's tools write: what is the hub's own is passed over
// and said to be, what cannot be read is a problem of this item alone.
import { isJsonObject, ownValue, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import type { DeploymentKind } from './deployment.ts';
import { isSectionKey } from './manifest-content.ts';
import { jsonPath } from './twin-limits.ts';

/** Null: the file does not say. */
export interface FileDeployment {
  /** Where it stands in the file; '' for the whole of it. */
  readonly at: string;
  readonly id: string | null;
  readonly kind: DeploymentKind;
  readonly content: JsonObject;
  /** Where its content stands. */
  readonly contentAt: string;
  readonly priority: number | null;
  readonly targetCondition: string | null;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly metricQueries: Readonly<Record<string, string>> | null;
  readonly schemaVersion: string | null;
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
  const { text, note } = reading;
  const id = text('id') ?? knownId;
  if (knownId !== null && id !== knownId)
    note(`its id is "${id}", but it stands under "${knownId}": make them one.`, 'id');
  const found = contentOf(document, at, reading);
  noticeWhatIsIgnored(document, reading);
  const priority = ownValue(document, 'priority') ?? null;
  if (priority !== null && typeof priority !== 'number') note('it must be a number.', 'priority');
  return {
    at,
    id,
    ...found,
    priority: typeof priority === 'number' ? priority : null,
    targetCondition: text('targetCondition'),
    labels: textsOf(ownValue(document, 'labels'), pathIn(at, 'labels'), reading),
    metricQueries: readMetricQueries(ownValue(document, 'metrics'), pathIn(at, 'metrics'), reading),
    schemaVersion: text('schemaVersion'),
    createdTimeUtc: text('createdTimeUtc'),
    problems: reading.problems,
    notices: reading.notices,
  };
}

/** The queries of a metrics file: `{ "queries": {} }` or `{ "metrics": { "queries": {} } }`. */
export function readMetricsFile(document: JsonObject): Pick<FileDeployment, 'metricQueries' | 'problems'> {
  const reading = startReading(document, '');
  const isWrapped = Object.hasOwn(document, 'metrics');
  const metrics = isWrapped ? document['metrics'] : document;
  const queries = isJsonObject(metrics) ? ownValue(metrics, 'queries') : undefined;
  const keys = isWrapped ? ['metrics', 'queries'] : ['queries'];
  if (!isJsonObject(queries)) reading.note('it must be an object of queries by name.', ...keys);
  else return { metricQueries: textsOf(queries, keys.join('.'), reading), problems: reading.problems };
  return { metricQueries: null, problems: reading.problems };
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
  /** A text or null; anything else is a problem. */
  readonly text: (key: string) => string | null;
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
    text(key) {
      const value = ownValue(document, key) ?? null;
      if (value !== null && typeof value !== 'string') note('it must be a text.', key);
      return typeof value === 'string' ? value : null;
    },
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

function readMetricQueries(
  metrics: Json | undefined,
  at: string,
  reading: ItemReading,
): FileDeployment['metricQueries'] {
  if ((metrics ?? null) === null) return null;
  if (isJsonObject(metrics)) return textsOf(ownValue(metrics, 'queries'), pathIn(at, 'queries'), reading);
  reading.problems.push({ code: 'file.invalid', message: 'it must be an object: {"queries": {…}}.', at });
  return null;
}

function textsOf(
  value: Json | undefined,
  at: string,
  { problems }: ItemReading,
): Readonly<Record<string, string>> | null {
  if ((value ?? null) === null) return null;
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  const wrong = isJsonObject(value) ? entries.find(([, text]) => typeof text !== 'string') : ['', value];
  if (wrong === undefined) return Object.fromEntries(entries) as Record<string, string>;
  const message = isJsonObject(value) ? 'it must be a text.' : 'it must be an object of texts by name.';
  problems.push({ code: 'file.invalid', message, at: isJsonObject(value) ? pathIn(at, wrong[0] as string) : at });
  return null;
}
