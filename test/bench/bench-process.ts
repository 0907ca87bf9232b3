// The processes of a benchmark: each side and its load run apart, on the same Node, and are asked over Node's own channel.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import type { BenchRun } from './measure.ts';

export interface Asked {
  readonly child: ChildProcess;
  ask<Answer>(question: object): Promise<Answer>;
  end(): Promise<void>;
}

const longestAnswerMs = 300_000;

/** Starts a script of this folder. One question is asked at a time. */
export function startAsked(run: BenchRun, script: string, args: readonly string[] = []): Asked {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  };
  run.atEnd.push(end);
  return { child, ask: (question) => answerOf(child, script, question), end };
}

function answerOf<Answer>(child: ChildProcess, script: string, question: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      child.off('message', answered).off('exit', lost);
    };
    const answered = (answer: { readonly error?: string }): void => {
      settle();
      if (answer.error === undefined) resolve(answer as Answer);
      else reject(new Error(`${script}: ${answer.error}`));
    };
    const lost = (): void => {
      settle();
      reject(new Error(`${script} ended without an answer`));
    };
    const timer = setTimeout(lost, longestAnswerMs);
    child.once('message', answered).once('exit', lost);
    child.send(question);
  });
}

/** The other side of `startAsked`, for the scripts: answers what `work` returns, or the words of its error. */
export function answerWith(work: (question: never) => unknown): void {
  process.on('message', (question) => {
    void Promise.resolve()
      .then(() => work(question as never))
      .then((answer) => process.send?.(answer ?? {}))
      .catch((error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }));
  });
  // The benchmark that asked is gone: nobody is left to end this process.
  process.once('disconnect', () => process.exit());
}

/** The hub as its users run it, on free ports. */
export async function startHub(run: BenchRun, dataDir: string, nodeArgs: readonly string[] = []): Promise<HubProcess> {
  const ports = ['--https-port', '0', '--mqtt-port', '0', '--console-port', '0'];
  const profile = process.env['LANYARD_BENCH_PROFILE'];
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const hub = await startHubProcess(['--data-dir', dataDir, ...ports], { nodeArgs: [...nodeArgs, ...profiling] });
  run.atEnd.push(() => hub.end('SIGTERM'));
  return hub;
}

/** Resident memory of a process in bytes; undefined where the system has no /proc. */
export function residentBytes(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // Not Linux: the workload says that it cannot be measured here.
    return undefined;
  }
}
