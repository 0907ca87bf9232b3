// A command in a container. Docker cannot end one that hangs, so that before the next one in the same container it is asked whether
// the last has ended: whoever asks again and again does not fill a container with processes that wait.
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import type Docker from 'dockerode';
import { unready } from '#base/errors.ts';
import { callEngine, engineIsLate, isMissing } from './docker-call.ts';
import { createLogTail, readLogLines } from './docker-logs.ts';
import type { Engine } from './engine.ts';

const mostBytes = 4096;

export function createDockerExec(docker: Docker): Engine['exec'] {
  const unended = new Map<string, Docker.Exec>();

  return async (containerId, argv, { limitMs }) => {
    const what = `run '${argv[0] ?? ''}'`;
    const before = unended.get(containerId);
    if (before !== undefined && (await callEngine({ what, limitMs, call: () => isRunning(before) })))
      throw unready('agent.engine', 'the one that was run before has not ended yet');
    let isUnderWay = false;
    return callEngine({
      what,
      limitMs,
      whyLate: () => (isUnderWay ? `it had not ended after ${limitMs / 1_000} s.` : engineIsLate),
      call: async (abortSignal) => {
        const command = await docker.getContainer(containerId).exec({
          Cmd: [...argv],
          AttachStdout: true,
          AttachStderr: true,
          abortSignal,
        });
        unended.set(containerId, command);
        const output = await command.start({ abortSignal });
        isUnderWay = true;
        const lastLine = await lastLineOf(output, abortSignal);
        const { ExitCode: exitCode } = await command.inspect({ abortSignal });
        unended.delete(containerId);
        return { exitCode: exitCode ?? -1, lastLine };
      },
    });
  };
}

/** Resolves at its end, which is the command's. */
async function lastLineOf(stream: Readable, abortSignal: AbortSignal): Promise<string> {
  const newest = createLogTail({ isTty: false, mostBytes });
  stream.on('data', (chunk: Buffer) => newest.add(chunk));
  try {
    await once(stream, 'end', { signal: abortSignal });
  } finally {
    stream.destroy();
  }
  const line = readLogLines(newest.bytes(), { isTty: false }).at(-1)?.text ?? '';
  // What the engine says where the command could not begin, without its own names for that.
  return line.replace(/^OCI runtime exec failed: .*?process: /, '').replace(/: unknown$/, '');
}

/** One that the engine does not know any more has ended: its container did. */
async function isRunning(command: Docker.Exec): Promise<boolean> {
  try {
    return (await command.inspect()).Running;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
