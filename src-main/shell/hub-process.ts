// Runs the hub as a utility process beside the window: waits for its ready line, starts it again when it dies, with backoff,
// and says so. A hub that refuses its flags or its data (exit code 2) is started again only when it can be asked otherwise: else a
// person has to mend that.
import type { UtilityProcess } from 'electron';
import { backoffMs } from '#base/backoff.ts';
import type { Clock } from '#base/clock.ts';
import { readReadyLine } from '#contract/ready-line.ts';
import { readHubWord, type HubWord, type ShellWord } from '#contract/shell-port.ts';

const refusedCode = 2;
const restartBackoff = { firstMs: 500, limitMs: 30_000 };
// A hub that served this long was well: its next death starts the backoff anew.
const wellAfterMs = 60_000;
const stopLimitMs = 6_000;
const longestTail = 4_096;

export type HubNews =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'restarting'; readonly inMs: number }
  | { readonly kind: 'refused'; readonly words: string };

export interface HubProcess {
  start(): void;
  /** Says something to the hub, if one runs. */
  tell(word: ShellWord): void;
  /** Resolves once the hub is gone; one that does not stop in time is killed. */
  stop(): Promise<void>;
}

interface HubProcessNeeds {
  readonly fork: () => UtilityProcess;
  /** A hub refused what it was asked. True: the next `fork` asks otherwise. */
  readonly canAskOtherwise: () => boolean;
  readonly clock: Clock;
  readonly onNews: (news: HubNews) => void;
  readonly onWord: (word: HubWord) => void;
  /** Where the hub's log lines go. */
  readonly onLog: (text: string) => void;
}

export function createHubProcess(needs: HubProcessNeeds): HubProcess {
  const { fork, clock, onNews } = needs;
  let child: UtilityProcess | null = null;
  let deaths = 0;
  let isStopping = false;
  let cancelRestart: (() => void) | null = null;

  function start(): void {
    const startedAtMs = clock.monotonicMs();
    let tail = '';
    const started = fork();
    child = started;
    started.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      tail = (tail + text).slice(-longestTail);
      needs.onLog(text);
    });
    readLines(started, (line) => {
      const ready = readReadyLine(line);
      if (ready !== null) onNews({ kind: 'ready', url: ready.console });
    });
    started.on('message', (message: unknown) => {
      const word = readHubWord(message);
      if (word !== null) needs.onWord(word);
    });
    started.once('exit', (code) => {
      child = null;
      if (isStopping) return;
      if (code !== refusedCode) restart(clock.monotonicMs() - startedAtMs);
      else if (needs.canAskOtherwise()) start();
      else onNews({ kind: 'refused', words: lastLine(tail) });
    });
  }

  function restart(livedMs: number): void {
    deaths = livedMs >= wellAfterMs ? 0 : deaths;
    const inMs = backoffMs(deaths, restartBackoff);
    deaths += 1;
    onNews({ kind: 'restarting', inMs });
    cancelRestart = clock.after(inMs, start);
  }

  return {
    start,
    tell: (word) => child?.postMessage(word),
    async stop() {
      isStopping = true;
      cancelRestart?.();
      if (child !== null) await end(child, clock);
    },
  };
}

async function end(child: UtilityProcess, clock: Clock): Promise<void> {
  await new Promise<void>((resolve) => {
    const giveUp = clock.after(stopLimitMs, () => {
      // `kill` of a utility process is a plain SIGTERM, which a hung hub may not hear any more.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    });
    child.once('exit', () => {
      giveUp();
      resolve();
    });
    child.kill();
  });
}

function readLines(child: UtilityProcess, onLine: (line: string) => void): void {
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
