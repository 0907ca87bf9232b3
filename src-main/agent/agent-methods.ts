// The direct methods of `$edgeAgent`: ping, RestartModule and GetModuleLogs, answered as IoT Edge answers them, and those of
// a rollout: SwitchNow, GetAttemptLog and Preflight.
// Callers are remote: whatever they send is checked, and no answer exceeds what a method answer may hold.
import { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import { asAppError, type AppError, refused } from '#base/errors.ts';
import { parseJson } from '#base/json-text.ts';
import { clockQuestionShape } from '#contract/device-clock.ts';
import { containerName, endOfRun, isAlive } from '#domain/updates/agent-state.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { Engine } from './engine.ts';
import type { MethodAnswer } from './hub-session.ts';
import type { Machine } from './machine.ts';
import { getModuleLogs } from './module-logs.ts';
import type { SwitchAnswer } from './switch-hold.ts';
import type { SwitchWord } from './switch-word.ts';
import { moduleNameText, parsePayload, schemaVersionText } from './method-payload.ts';
import { createPreflightLook } from './preflight.ts';

export interface AgentMethodsOptions {
  readonly engine: Engine;
  readonly memory: AgentMemory;
  readonly clock: Clock;
  readonly deviceId: string;
  readonly hubHostName: string;
  readonly attemptLog: AttemptLog;
  /** Who is asked for images that are not there; the engine when not given. */
  readonly offerOf?: Machine['offerOf'];
  readonly switchNow: (word: SwitchWord) => SwitchAnswer;
  /** Something was changed: look again. */
  readonly onChanged: () => void;
}

const restartRequest = z.object({ schemaVersion: schemaVersionText, id: moduleNameText });
const attemptRequest = z.object({ version: z.int(), attempt: z.int().min(0) });
const switchRequest = attemptRequest.extend({ isForced: z.boolean().default(false) });
const attemptLogRequest = attemptRequest.extend({ offset: z.int().min(0).default(0) });

export function createAgentMethods(options: AgentMethodsOptions) {
  const { engine, memory, clock, onChanged } = options;

  async function restartModule(body: unknown): Promise<unknown> {
    const { id } = parsePayload(restartRequest, body);
    const container = (await engine.containers()).find(
      (found) => found.module === id && found.name === containerName(id),
    );
    if (container === undefined)
      throw refused('module.unknown', `This device has no module '${id}' to restart: deploy it first.`, {
        subject: id,
      });
    // A restart that a person asked for starts the count of failures anew.
    await memory.changeRestarts(id, container.specHash ?? '', (record) => ({
      ...record,
      restartCount: 0,
      lastRestartAtMs: clock.nowMs(),
      stoppedRunAtMs: container.startedAtMs,
      lastEnd: endOfRun(container) ?? record.lastEnd,
    }));
    if (isAlive(container)) await engine.stop(container.id);
    await engine.start(container.id);
    onChanged();
    return null;
  }

  const methods: Readonly<Record<string, (body: unknown) => Promise<unknown>>> = {
    ping: (body) => Promise.resolve(clockQuestionShape.safeParse(body).success ? { nowMs: clock.nowMs() } : null),
    restartmodule: restartModule,
    getmodulelogs: (body) => getModuleLogs(body, options),
    getattemptlog: (body) => readAttemptLog(body, options),
    switchnow: (body) => releaseSwitch(body, options),
    preflight: createPreflightLook(options),
  };

  return async (name: string, text: string): Promise<MethodAnswer> => {
    try {
      const method = Object.hasOwn(methods, name.toLowerCase()) ? methods[name.toLowerCase()] : undefined;
      if (method === undefined)
        throw refused(
          'module.unknown',
          `There is no method '${name}': use ping, RestartModule, GetModuleLogs, GetAttemptLog, Preflight or SwitchNow.`,
        );
      const body: unknown = text.trim() === '' ? null : parseJson(text);
      return { status: 200, body: JSON.stringify(await method(body)) };
    } catch (error) {
      // The edge of a remote call: whatever went wrong becomes its answer.
      const failure =
        error instanceof SyntaxError ? refused('request.invalid', 'The payload is not JSON.') : asAppError(error);
      return { status: statusOf(failure), body: JSON.stringify({ message: failure.message }) };
    }
  };
}

async function readAttemptLog(body: unknown, { attemptLog }: AgentMethodsOptions): Promise<unknown> {
  const { offset, ...wanted } = parsePayload(attemptLogRequest, body);
  const slice = await attemptLog.read(wanted, offset);
  if (slice === null) throw unknownAttempt(wanted, 'keeps no log of');
  return slice;
}

async function releaseSwitch(body: unknown, { switchNow }: AgentMethodsOptions): Promise<unknown> {
  const wanted = parsePayload(switchRequest, body);
  const { isKnown, holder } = switchNow(wanted);
  if (!isKnown) throw unknownAttempt(wanted, 'does not hold the switch of');
  if (holder === null) return null;
  const message = `Somebody on the device holds it: ${holder.message}. Wait for that, or call again with isForced: true.`;
  throw refused('module.held', message, holder.module === null ? {} : { subject: holder.module });
}

function unknownAttempt({ version, attempt }: z.infer<typeof attemptRequest>, what: string): AppError {
  const message = `This device ${what} attempt ${attempt} of version ${version}: ask for the attempt that it reports.`;
  return refused('module.unknown', message);
}

function statusOf(error: AppError): number {
  if (error.code === 'module.unknown') return 404;
  if (error.code === 'module.held') return 409;
  return error.kind === 'refused' ? 400 : 500;
}
