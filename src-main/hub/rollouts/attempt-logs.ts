// Fetches the log of every attempt that has ended, success too, from the device that made it. Level-triggered: what is missing is
// looked for when an attempt ends, when a device wakes, at the start and every minute, so that nothing depends on having heard of
// it. INVARIANTS: at most so many devices are asked at once; one that fails is asked a few times, and again when it reconnects.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { isJsonObject } from '#base/json.ts';
import { attemptLogMethod } from '#contract/attempt-log-method.ts';
import { readAttemptReport, type AttemptReport } from '#contract/rollout-report.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { sliceOf } from '#domain/rollouts/attempt-log.ts';
import { numberAt } from '#domain/updates/module-standing.ts';
import type { MethodOperations } from '#hub/hub-types.ts';
import { createAskLine, type AskLine } from '#hub/turns/ask-line.ts';
import type { RolloutAttempt } from '#store/rollout-types.ts';
import type { Store } from '#store/store-types.ts';
import { fetchAttemptLog, type FetchedLog } from './attempt-log-fetch.ts';
import { isAwake } from './rollout-targets.ts';

const agentId = '$edgeAgent' as ModuleId;
const askedAtOnce = 8;
const sweepEveryMs = 60_000;
/** It has just connected, and subscribes in the next moment. */
const connectWithinMs = 5000;
const answerWithinMs = 20_000;
const mostFailures = 5;

interface AttemptLogsParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly methods: Pick<MethodOperations, 'invoke'>;
}

export class AttemptLogs {
  readonly #parts: AttemptLogsParts;
  readonly #line: AskLine = createAskLine(askedAtOnce);
  readonly #wanted = new Set<DeviceId>();
  readonly #failures = new Map<DeviceId, number>();
  #stopListening: (() => void) | undefined;
  #cancelSweep: () => void = () => undefined;

  constructor(parts: AttemptLogsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopListening ??= this.#parts.store.onCommitted((entries) => this.#follow(entries));
    this.#sweep();
  }

  stop(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#cancelSweep();
  }

  #sweep(): void {
    this.#cancelSweep = this.#parts.clock.after(sweepEveryMs, () => this.#sweep());
    for (const deviceId of this.#parts.store.read.attemptLogs.devicesWithout()) this.#want(deviceId);
  }

  #follow(entries: readonly JournalEntry[]): void {
    for (const { kind, deviceId, moduleId, detail } of entries) {
      if (kind === 'device-connected' && moduleId === agentId && deviceId !== null) {
        this.#failures.delete(deviceId);
        this.#want(deviceId);
      }
      if (kind === 'rollout-advanced') for (const ended of devicesThatEnded(detail['events'])) this.#want(ended);
    }
  }

  /** Not within the commit that told of it. */
  #want(deviceId: DeviceId): void {
    if (this.#wanted.has(deviceId)) return;
    this.#wanted.add(deviceId);
    void this.#line
      .ask(
        () => this.#stopListening !== undefined,
        () => this.#fetchMissing(deviceId),
      )
      // The edge of this work: one device's trouble is its own, and what is missing is looked for again.
      .catch((error: unknown) => this.#failed(deviceId, error))
      .finally(() => this.#wanted.delete(deviceId));
  }

  #failed(deviceId: DeviceId, thrown: unknown): void {
    const { code, message } = asAppError(thrown);
    this.#failures.set(deviceId, (this.#failures.get(deviceId) ?? 0) + 1);
    this.#parts.log.warn({ deviceId, code, reason: message }, 'the log of an attempt could not be fetched');
  }

  /** Looks again behind each: another attempt may have ended meanwhile. */
  async #fetchMissing(deviceId: DeviceId): Promise<void> {
    const { read } = this.#parts.store;
    await Promise.resolve();
    for (;;) {
      if (this.#stopListening === undefined) return;
      if (!isAwake(read, deviceId) || (this.#failures.get(deviceId) ?? 0) >= mostFailures) return;
      const reported = read.twins.reported({ deviceId, moduleId: agentId })?.value ?? {};
      const report = readAttemptReport(reported);
      // Not Lanyard's agent, or nothing was heard of it yet.
      if (report === null) return;
      const lastVersion = numberAt(reported, 'lastDesiredVersion') ?? 0;
      // What the hub gave up the device may still be at: its log is whole when the device has left it.
      const attempt = read.attemptLogs.missingOf(deviceId).find((missing) => hasLeft(report, lastVersion, missing));
      if (attempt === undefined) return;
      const mine = isOf(report, attempt) ? report : null;
      await this.#keep(attempt, mine, await this.#fetch(attempt, mine?.version ?? attempt.sentVersion ?? 0));
      this.#failures.delete(deviceId);
    }
  }

  #fetch({ deviceId, attempt }: RolloutAttempt, version: number): Promise<FetchedLog> {
    const limits = { responseTimeoutMs: answerWithinMs, connectTimeoutMs: connectWithinMs };
    return fetchAttemptLog((offset) => {
      const call = { name: attemptLogMethod, payload: { version, attempt, offset }, ...limits };
      return this.#parts.methods.invoke({ deviceId, moduleId: agentId }, call, 'hub');
    });
  }

  async #keep(attempt: RolloutAttempt, report: AttemptReport | null, fetched: FetchedLog): Promise<void> {
    const { store, clock } = this.#parts;
    const { id, deviceId, deploymentId, rolloutNumber } = attempt;
    const module = report?.reason?.module ?? moduleIn(attempt.reason);
    const slice = fetched.text === null || attempt.verdict === 'done' ? [] : sliceOf(fetched.text, module);
    const log = { ...fetched, module, code: report?.reason?.code ?? null, slice, fetchedAtMs: clock.nowMs() };
    const { totalBytes, isWhole } = fetched;
    const detail = { number: rolloutNumber, attempt: attempt.attempt, totalBytes, isWhole };
    await store.changeSoon((write) => {
      write.attemptLogs.put({ id, deviceId }, log);
      write.journal.append({ kind: 'attempt-log-kept', actor: 'hub', deviceId, deploymentId, detail });
    });
  }
}

function isOf({ attempt, version, reason, verdict }: AttemptReport, { attempt: wanted, sentVersion }: RolloutAttempt) {
  return attempt === wanted && version >= (sentVersion ?? 0) && (verdict !== null || reason !== null);
}

/** A report of an earlier version leaves it open whether the device has begun, until the device knows of a later one. */
function hasLeft(report: AttemptReport, lastVersion: number, { attempt, sentVersion }: RolloutAttempt): boolean {
  const sent = sentVersion ?? 0;
  if (report.version < sent) return lastVersion > sent;
  return report.attempt !== attempt || report.verdict !== null;
}

/** By the words of the catalogue of reasons, where a later attempt has taken the place of the report. */
function moduleIn(reason: string | null): string | null {
  return /^While \w+, module '([^']+)'/.exec(reason ?? '')?.[1] ?? null;
}

function devicesThatEnded(events: unknown): readonly DeviceId[] {
  if (!Array.isArray(events)) return [];
  return events.flatMap((event) =>
    isJsonObject(event) && event['kind'] === 'attempt-ended' && typeof event['deviceId'] === 'string'
      ? [event['deviceId'] as DeviceId]
      : [],
  );
}
