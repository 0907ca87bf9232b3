// The check of a manifest: its frame, what agents and edge hubs read of it, and what the az CLI's schemas ask for besides.
// IoT Hub takes nearly everything, the CLI validates first: whoever asks says which of the two it wants to be.
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { isSectionKey, sectionKey, writtenPath } from '#domain/records/content-writes.ts';
import { jsonPath, keyFault } from '#domain/values/twin-limits.ts';
import { agentShape } from './manifest-agent.ts';
import { bulkProblem, contentRoot, frameProblems } from './manifest-content.ts';
import { hubShape } from './manifest-hub.ts';
import { checkWrite, collectFindings, type Note, type Shape } from './manifest-shape.ts';
import { checkWhole } from './manifest-whole.ts';

export interface ManifestCheck {
  /** Why it is refused; none, when it is taken. */
  readonly problems: readonly Problem[];
  /** What is seldom meant, and does not stop it. */
  readonly warnings: readonly Problem[];
}

interface CheckOptions {
  /** Whether the schemas bind (as `az iot edge deployment create` checks them) or only warn (as IoT Hub takes a manifest). */
  readonly schema: boolean;
}

const mostIds = 10_000;

/**
 * Everything that is to be said of a deployment's content, each with its JSON path and how to mend it (iot-hub.md 3.1, 3.2).
 * `{ "$edgeAgent": { "properties.desired.modules.a": {} } }` → `settings.image is missing: …` and three fields more.
 * Keys of layers are checked by the part they write; null removes and is not checked.
 */
export function checkManifest(content: unknown, { schema }: CheckOptions): ManifestCheck {
  if (!isJsonObject(content)) {
    const message = 'it must be an object of module ids: {"$edgeAgent": {…}, "module": {…}}.';
    return { problems: [told(contentRoot, message)], warnings: [] };
  }
  const bulk = bulkProblems(content);
  if (bulk.length > 0) return { problems: bulk, warnings: [] };
  const { findings, note } = collectFindings();
  checkSection(content, '$edgeAgent', agentShape, note);
  checkSection(content, '$edgeHub', hubShape, note);
  checkWhole(content, note);
  const isProblem = ({ severity }: (typeof findings)[number]): boolean =>
    severity === 'unusable' || (schema && severity === 'schema');
  const said = (which: boolean): readonly Problem[] =>
    findings.filter((finding) => isProblem(finding) === which).map(({ problem }) => problem);
  return { problems: [...frameProblems(content), ...said(true)], warnings: said(false) };
}

/** What is too large for any site is not looked at further: to find all of its faults would keep devices waiting. */
function bulkProblems(content: JsonObject): readonly Problem[] {
  const ids = Object.keys(content);
  if (ids.length > mostIds)
    return [told(contentRoot, `it names ${ids.length} modules, at most ${mostIds} are read: split it.`)];
  return ids.flatMap((id) => {
    const written = content[id] as Json;
    return (isJsonObject(written) ? bulkProblem(jsonPath(contentRoot, id), written) : undefined) ?? [];
  });
}

function told(at: string, message: string): Problem {
  return { code: 'deployment.content', message, at };
}

function checkSection(
  content: JsonObject,
  moduleId: string,
  shapeOf: (section: Json | undefined) => Shape,
  note: Note,
): void {
  const writes = content[moduleId];
  if (!Object.hasOwn(content, moduleId) || !isJsonObject(writes)) return;
  const shape = shapeOf(writes[sectionKey]);
  for (const key of Object.keys(writes)) {
    const path = writtenPath(key);
    // What is no path, or no section, is told with the frame.
    if (!isSectionKey(key) || path.some((part) => part === '' || keyFault(part) !== undefined)) continue;
    const value = writes[key] as Json;
    if (path.length === 0 && !isJsonObject(value)) continue;
    checkWrite(shape, { path, value, at: jsonPath(jsonPath(contentRoot, moduleId), key) }, note);
  }
}
