// The device's own policy, `policy.json` in the state directory. It is read anew each round, so that who edits it need not
// restart anything. A file that cannot be understood allows nothing beyond the defaults.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Json } from '#base/json.ts';
import { readDevicePolicy, strictPolicy, type DevicePolicy } from '#domain/manifests/device-policy.ts';
import { followLinks } from './bind-sources.ts';

export interface PolicyReaderOptions {
  /** The state directory; it is closed to modules itself. */
  readonly dir: string;
  /** null where no engine listens on a path. */
  readonly engineSocket: string | null;
  readonly log: Logger;
}

export function createPolicyReader({ dir, engineSocket, log }: PolicyReaderOptions): () => Promise<DevicePolicy> {
  const file = join(dir, 'policy.json');
  const own = [dir, ...(engineSocket === null ? [] : [engineSocket])].map((path) => resolve(path));
  let lastText = '';
  let opened: DevicePolicy = strictPolicy;

  function readAnew(text: string): void {
    lastText = text;
    opened = strictPolicy;
    if (text === '') return;
    const result = readDevicePolicy(parseJson(text));
    if (result.ok) opened = result.value;
    else log.error({ file, problems: result.problems.map((problem) => problem.message) }, 'the policy is not used');
  }

  return async () => {
    const text = await readText(file);
    if (text !== lastText) readAnew(text);
    // Under both names, for the deployment may use either; and looked at each time, for links may change.
    return { ...opened, closedPaths: [...own, ...(await Promise.all(own.map(whereItLeads)))] };
  };
}

async function whereItLeads(path: string): Promise<string> {
  try {
    return await followLinks(path);
  } catch {
    // What the agent may not look into it cannot use either: nothing is mounted by an agent that does not reach its engine,
    // and the round that fails on it says so.
    return path;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    // No file is the usual case; one that cannot be read must not open anything either.
    if (error instanceof Error) return '';
    throw error;
  }
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Then it is no object, which the reader reports.
    return null;
  }
}
