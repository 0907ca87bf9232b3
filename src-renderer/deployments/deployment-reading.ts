// A deployment as it is being written: what of its text can be read, and everything wrong with it, by the rules that the hub goes by.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { readTwinContent } from '#domain/deployments/automatic-configuration-content.ts';
import { pathIn, readFileDeployment } from '#domain/deployments/deployment-file-item.ts';
import { parseJson } from '#domain/values/deployment-file-json.ts';
import { type DeploymentHead, readDeploymentHead } from '#domain/deployments/deployment-head.ts';
import { usualDeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import type { TextProblem } from '#renderer/editors/code-editor.tsx';
import { type Place, placeOf, placesIn } from '#renderer/editors/json-places.ts';
import { hiddenPasswords } from './hidden-passwords.ts';

/** With its place in the document, as a path, and in the text. */
export interface PlacedProblem extends TextProblem {
  readonly at: string;
}

/** What can be created, previewed and rolled out. */
export interface WantedDeployment {
  readonly id: string;
  readonly kind: DeploymentKind;
  readonly priority: number;
  readonly targetCondition: string;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly metricQueries: Readonly<Record<string, string>>;
  readonly content: JsonObject;
}

export interface DraftReading {
  /** Null: the text is no JSON object. */
  readonly document: JsonObject | null;
  /** The first of them stops it where `wanted` is null; warnings never do. */
  readonly problems: readonly PlacedProblem[];
  readonly wanted: WantedDeployment | null;
}

interface Said {
  readonly at: string;
  readonly message: string;
}

const hiddenWords =
  'here stands no password, but the words that are shown instead of one: this page keeps and shows none. Write the password again.';

// Limits that a site has set otherwise are told by the hub, in its preview.
const limits = usualDeploymentLimits;

export function readDraft(text: string): DraftReading {
  if (text.trim() === '') {
    const message =
      'nothing stands here: a deployment is an object, { … }. Discard the draft to begin with a template.';
    return { document: null, wanted: null, problems: [{ from: 0, to: 0, at: '', severity: 'error', message }] };
  }
  const parsed = parseJson(text);
  if (!parsed.ok)
    return { document: null, wanted: null, problems: parsed.problems.map((fault) => faultAt(text, fault)) };
  if (!isJsonObject(parsed.value)) {
    const whole = {
      from: 0,
      to: text.length,
      at: '',
      severity: 'error',
      message: 'it must be an object: { … }.',
    } as const;
    return { document: null, wanted: null, problems: [whole] };
  }
  return readDocument(text, parsed.value);
}

/** `line 3, column 8` is where; a mistake is shown to the end of its word. */
function faultAt(
  text: string,
  { at, message }: { readonly at: number | string; readonly message: string },
): PlacedProblem {
  const [, line = '1', column = '1'] = /line (\d+), column (\d+)/.exec(String(at)) ?? [];
  const lines = text.split('\n').slice(0, Number(line) - 1);
  const from = Math.min(text.length, lines.reduce((sum, { length }) => sum + length + 1, 0) + Number(column) - 1);
  const word = /^[^\s,:[\]{}]+/.exec(text.slice(from))?.[0] ?? ' ';
  return { from, to: from + word.length, at: String(at), severity: 'error', message };
}

function readDocument(text: string, document: JsonObject): DraftReading {
  const file = readFileDeployment(document, '', null);
  const { kind, content, contentAt } = file;
  const head = readDeploymentHead(
    {
      kind,
      id: file.id,
      priority: file.priority,
      targetCondition: file.targetCondition ?? '',
      labels: file.labels,
      metricQueries: file.metricQueries,
      schemaVersion: '1.0',
    },
    limits,
  );
  const body = file.problems.length > 0 ? { problems: [], warnings: [] } : bodyOf(kind, content);
  // The checks of content begin their paths at its key; here it stands inside a document.
  const inDocument = ({ at, message }: { readonly at: number | string; readonly message: string }): Said => {
    return { at: contentAt.replace(/[^.]*$/, '') + String(at), message };
  };
  const wrong: readonly Said[] = [
    ...file.problems.map(said),
    ...(head.ok ? [] : head.problems.map(({ at, message }) => ({ at, message }))),
    ...body.problems.map(inDocument),
    ...hiddenPasswords(document).map((keys) => ({ at: keys.reduce<string>(pathIn, ''), message: hiddenWords })),
  ];
  const places = placesIn(text);
  const placed =
    (severity: TextProblem['severity']) =>
    (problem: Said): PlacedProblem => {
      return { ...firstLineOf(text, placeOf(places, problem.at)), severity, ...countedFromOne(problem) };
    };
  return {
    document,
    wanted: wrong.length > 0 || !head.ok ? null : wantedOf(head.value, kind, content),
    problems: [
      ...wrong.map(placed('error')),
      ...body.warnings.map(inDocument).map(placed('warning')),
      ...file.notices.map((notice) => atItsKey(document, said(notice))).map(placed('warning')),
    ],
  };
}

/** A whole object in red says nothing of where to look. */
function firstLineOf(text: string, { from, to }: Place): Place {
  const end = text.indexOf('\n', from);
  return { from, to: end === -1 ? to : Math.min(to, end) };
}

/** To people the first character is the first. */
function countedFromOne({ at, message }: Said): Said {
  return { at, message: message.replace(/: at (\d+): /, (_all, offset) => `: at character ${Number(offset) + 1}: `) };
}

/** A key of the document that nobody knows is told of the document: here it has a place of its own. */
function atItsKey(document: JsonObject, { at, message }: Said): Said {
  const key = /^([\w$-]+): /.exec(message)?.[1];
  const isOfDocument = at === '' && key !== undefined && Object.hasOwn(document, key);
  return isOfDocument
    ? { at: key, message: message.slice(key.length + 2).replace('imported', 'taken over') }
    : { at, message };
}

function wantedOf(head: DeploymentHead, kind: DeploymentKind, content: JsonObject): WantedDeployment {
  const { id, priority, targetCondition, labels, metricQueries } = head;
  return { id, kind, priority, targetCondition, labels, metricQueries, content };
}

function said({ at, message }: { readonly at: number | string; readonly message: string }): Said {
  return { at: String(at), message };
}

function bodyOf(kind: DeploymentKind, content: JsonObject) {
  if (kind === 'edge') return checkManifest(content, { schema: false });
  const read = readTwinContent(`${kind}Content`, content);
  return { problems: read.ok ? [] : read.problems, warnings: [] };
}

export function textOfDocument(document: Json): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The document of one that is there, for its next version: under an id of its own. */
export function nextVersion(of: WantedDeployment): JsonObject {
  const { id, kind, priority, targetCondition, labels, metricQueries, content } = of;
  const key = kind === 'edge' ? 'modulesContent' : `${kind}Content`;
  return {
    id: nextId(id),
    priority,
    targetCondition,
    labels: labels ?? {},
    content: { [key]: content },
    metrics: { queries: metricQueries },
  };
}

/** `site-base` → `site-base-2`, `line-v2` → `line-v3`. */
export function nextId(id: string): string {
  const found = /^(.*[^\d])(\d{1,9})$/.exec(id);
  return found === null ? `${id}-2` : `${found[1]}${Number(found[2]) + 1}`;
}
