// Who holds a switch back, and what a person reads of it: who, what it says, and what makes it go on.

export const holdKinds = ['person', 'window', 'lock', 'hook', 'disk'] as const;
type HoldKind = (typeof holdKinds)[number];

export interface SwitchHolder {
  readonly by: HoldKind;
  /** Of a lock or a hook. */
  readonly module: string | null;
  /** A clause: "module 'press' says 'cycle 12 of 40'". */
  readonly message: string;
}

export const heldByPerson: SwitchHolder = {
  by: 'person',
  module: null,
  message: 'the rollout leaves the moment to a person',
};
/** It was given a time. */
export const heldByWindow: SwitchHolder = {
  by: 'window',
  module: null,
  message: 'its time to switch was over before it was ready',
};
/** It was told to hold: it slept, or no window was open. */
export const heldUntilWindow: SwitchHolder = {
  by: 'window',
  module: null,
  message: 'the rollout leaves the moment to its maintenance windows',
};

/** Before anything was sent. */
export const heldByHub: SwitchHolder = {
  by: 'window',
  module: null,
  message: 'its agent knows no maintenance windows, so that the hub sends it nothing before one opens',
};

/** `problem`: why the agent cannot write down what it is about to do, and what to do then, as a sentence. */
export function heldByDisk(problem: string): SwitchHolder {
  const message = problem.replace(/^[A-Z]/, (letter) => letter.toLowerCase()).replace(/\.$/, '');
  return { by: 'disk', module: null, message };
}

/** `said`: the first line of the lock; empty: it holds something else. */
export function heldByLock(module: string, said: string): SwitchHolder {
  const words = spoken(said);
  const message = words === '' ? `module '${module}' holds its lock` : `module '${module}' says '${words}'`;
  return { by: 'lock', module, message };
}

/** What became of asking a hook; null: it was not asked before, and has not answered yet. */
export type HookAnswer =
  | { readonly kind: 'answered'; readonly exitCode: number; readonly lastLine: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | null;

/** As a shell tells that there is no such command, or none that can be run. */
const notRunCodes = new Set([126, 127]);

/** Null: it lets the device switch. */
export function heldByHook(module: string, answer: HookAnswer): SwitchHolder | null {
  const hook = `the hook of module '${module}'`;
  const held = (message: string): SwitchHolder => ({ by: 'hook', module, message });
  if (answer === null) return held(`${hook} is being asked`);
  if (answer.kind === 'failed') return held(`${hook} could not be asked (${spoken(answer.reason)})`);
  const { exitCode } = answer;
  if (exitCode === 0) return null;
  const words = spoken(answer.lastLine);
  if (notRunCodes.has(exitCode)) return held(`${hook} cannot be run (${words === '' ? `code ${exitCode}` : words})`);
  return held(words === '' ? `${hook} answered with code ${exitCode}` : `${hook} says '${words}'`);
}

const endings: Readonly<Record<HoldKind, string>> = {
  person: 'It goes on when a person says now.',
  window: 'It goes on when the next window opens, or a person says now.',
  lock: 'It goes on when that lock is gone, or a person says now by force.',
  hook:
    'It goes on when that hook ends with 0, or a person says now by force: at the hub, or on the device with a file ' +
    "'switch-now' in the agent's state directory.",
  disk: 'It goes on when that is mended.',
};

/** Example: a lock → "module 'press' says 'cycle 12 of 40'. It goes on when that lock is gone, or a person says now by force." */
export function holdSentence({ by, message }: Pick<SwitchHolder, 'by' | 'message'>): string {
  return `${message}. ${endings[by]}`;
}

/** What a module says is its own: short, in one line, without what a terminal would obey. */
const longestWords = 200;

function spoken(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const whole = line.replace(/\.$/, '').toWellFormed();
  return whole.length <= longestWords ? whole : `${whole.slice(0, longestWords - 1).toWellFormed()}…`;
}
