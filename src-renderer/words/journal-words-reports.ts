// What a report says, as a person would tell it: of an agent, what became of the configuration, of its modules and of its update; of
// anything else the values it set. A report is the smallest patch, and a list may hold no more of it than its keys.
import { isJsonObject, type Json } from '#base/json.ts';
import { itemsIn } from '#contract/journal-brief.ts';
import { childOf, numberAt, textAt } from '#domain/updates/module-standing.ts';
import { bytesInWords } from './bytes.ts';
import { knownExitWords } from './exit-code-words.ts';
import {
  clipped,
  deviceOf,
  type JournalTeller,
  list,
  patchWords,
  scalarText,
  subjectOf,
  type ToldEntry,
} from './journal-sentence.ts';
import { safeText } from './safe-text.ts';
import { verdictPhrase } from './verdict-phrase.ts';

const mostParts = 3;

export const reportTeller: JournalTeller = (entry) =>
  entry.moduleId === '$edgeAgent'
    ? agentWords(entry)
    : [...subjectOf(entry), ' reported', ...patchWords(entry.detail['patch']), '.'];

function agentWords(entry: ToldEntry): ReturnType<JournalTeller> {
  const patch = entry.detail['patch'];
  // Its last word tells of every module that nobody knows of it any more.
  if (numberAt(childOf(patch, 'lastDesiredStatus'), 'code') === 406)
    return [deviceOf(entry), ': its agent was stopped.'];
  const parts = [...configurationParts(patch), ...moduleParts(patch), ...updateParts(patch)];
  if (parts.length > 0) return [deviceOf(entry), ': ', parts.slice(0, mostParts).join('; '), '.'];
  const told = [...new Set(itemsIn(patch).first.map(keyWords))];
  return [...subjectOf(entry), ' reported', ...(told.length === 0 ? [] : [' ', toldWords(told)]), '.'];
}

const keysInWords: Readonly<Record<string, string>> = {
  lanyard: 'how its update goes',
  lastDesiredStatus: 'what became of its configuration',
  lastDesiredVersion: 'what became of its configuration',
  modules: 'its modules',
  runtime: 'what it runs on',
  schemaVersion: 'what it runs on',
  systemModules: 'itself',
  version: 'what it runs on',
};

function keyWords(key: Json): string {
  const text = scalarText(key);
  return Object.hasOwn(keysInWords, text) ? (keysInWords[text] ?? text) : clipped(text);
}

function toldWords(told: readonly string[]): string {
  return list({ count: told.length, first: told });
}

function configurationParts(patch: Json | undefined): readonly string[] {
  const status = childOf(patch, 'lastDesiredStatus');
  const code = numberAt(status, 'code');
  if (code === 200) return ['it carried out its configuration'];
  if (code === 417) return ['it has no configuration yet'];
  if (code !== null) {
    const why = textAt(status, 'description') ?? '';
    return [`it could not carry out its configuration (code ${code})${why === '' ? '' : `: ${sentence(why)}`}`];
  }
  const version = numberAt(patch, 'lastDesiredVersion');
  return version === null ? [] : [`version ${version} of its configuration went as the one before`];
}

interface Tail {
  readonly one: string;
  readonly many: string;
}

const runtimeWords: Readonly<Record<string, Tail>> = {
  running: { one: 'runs', many: 'run' },
  stopped: { one: 'is stopped', many: 'are stopped' },
  backoff: { one: 'ended and waits to be started again', many: 'ended and wait to be started again' },
  unhealthy: { one: 'runs, but its health check fails', many: 'run, but their health checks fail' },
  failed: { one: 'failed', many: 'failed' },
  dead: { one: 'failed', many: 'failed' },
  unknown: { one: 'is in an unknown state', many: 'are in an unknown state' },
};

/** The agent made its container, and has not started it. */
const made: Tail = { one: 'is made and not started yet', many: 'are made and not started yet' };

const gone: Tail = { one: 'is gone', many: 'are gone' };

/** Modules of which the same is told stand together: `modules a and b run`. */
function moduleParts(patch: Json | undefined): readonly string[] {
  const modules = isJsonObject(patch) ? patch['modules'] : undefined;
  if (modules === null) return ['its modules are gone'];
  if (!isJsonObject(modules)) return [];
  const told = new Map<string, { readonly tail: Tail; readonly names: string[] }>();
  for (const [name, module] of Object.entries(modules)) {
    const tail = module === null ? gone : moduleTail(module);
    if (tail === null) continue;
    const known = told.get(tail.one) ?? { tail, names: [] };
    known.names.push(name);
    told.set(tail.one, known);
  }
  return [...told.values()].map(({ tail, names }) =>
    names.length === 1
      ? `module ${clipped(safeText(names[0] ?? ''))} ${tail.one}`
      : `modules ${list({ count: names.length, first: names })} ${tail.many}`,
  );
}

/** Null: nothing that a person needs. */
function moduleTail(module: Json): Tail | null {
  const status = textAt(module, 'runtimeStatus');
  if (status === null) {
    const description = textAt(module, 'statusDescription') ?? '';
    const tail = `says “${clipped(safeText(description))}”`;
    return description === '' ? null : { one: tail, many: tail.replace(/^says/, 'say') };
  }
  if (status === 'stopped' && textAt(module, 'statusDescription') === 'created') return made;
  const { one, many } = (Object.hasOwn(runtimeWords, status) ? runtimeWords[status] : undefined) ?? {
    one: `is ${clipped(safeText(status))}`,
    many: `are ${clipped(safeText(status))}`,
  };
  const exitCode = numberAt(module, 'exitCode');
  const after = exitCode === null || exitCode === 0 || status === 'running' ? '' : exitTail(exitCode);
  return { one: `${one}${after}`, many: `${many}${after}` };
}

function exitTail(exitCode: number): string {
  const words = knownExitWords(exitCode);
  return words === null ? ` (exit code ${exitCode})` : `, exit code ${exitCode}: ${words.word}`;
}

const stepWords: Readonly<Record<string, string>> = {
  downloading: 'its update downloads',
  installing: 'its update switches the modules',
  verifying: 'its update proves that all runs well',
  held: 'its update has all it needs and waits to switch',
};

function updateParts(patch: Json | undefined): readonly string[] {
  const attempt = childOf(childOf(patch, 'lanyard'), 'attempt');
  const step = textAt(attempt, 'step');
  if (step === 'ended') {
    const verdict = textAt(attempt, 'verdict');
    return [verdict === null ? 'its update ended' : `its update ${verdictPhrase(verdict)}`];
  }
  if (step !== null && Object.hasOwn(stepWords, step)) return [stepWords[step] ?? step];
  const done = numberAt(attempt, 'doneBytes');
  if (done !== null) return [`its update has fetched ${bytesInWords(done)}`];
  return numberAt(attempt, 'unpacked') === null ? [] : ['its update unpacks what it has fetched'];
}

/** Without the period, which the whole sentence has. */
function sentence(text: string): string {
  return safeText(text).replace(/\.$/, '');
}
