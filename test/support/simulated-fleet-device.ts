// One simulated edge device: it follows the desired section of its `$edgeAgent`, works on each version step by step whether a hub is
// there or not, and reports in the agent's shape. What it has to say is kept as in the agent's state file: a hub that dies loses
// nothing of it, and after each connect it says what the twin does not have yet.
import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceId } from '#base/ids.ts';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { applyMergePatch, jsonEquals } from '#base/merge-patch.ts';
import { readAttemptReport } from '#contract/rollout-report.ts';
import { readRolloutTerms } from '#contract/rollout-terms.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { Endpoint } from '#test/bench/device-connection.ts';
import { openFleetLink, type FleetLink } from './simulated-fleet-link.ts';

/** What a device does, known before it begins. */
export interface DeviceCourse {
  /** How its attempts end, in their order; whatever comes after ends well. */
  readonly endings: readonly Verdict[];
  /** How long each of its steps takes. */
  readonly stepMs: number;
  /** Switched off for so long: before it first connects, or in mid-change. */
  readonly nap: { readonly at: 'start' | 'change'; readonly ms: number } | null;
}

/** A desired version that reached it. */
export interface SeenVersion {
  readonly version: number;
  /** 0: without terms. */
  readonly attempt: number;
  readonly modules: readonly string[];
}

export interface AttemptEnd {
  readonly deviceId: DeviceId;
  readonly attempt: number;
  readonly verdict: Verdict;
}

export interface SimulatedDevice {
  readonly deviceId: DeviceId;
  readonly seen: readonly SeenVersion[];
  readonly ends: readonly AttemptEnd[];
  /** Reports that were on their way when their hub died. */
  readonly lost: number;
  /** What a hub may never do to a device, in words. */
  readonly problems: readonly string[];
  desired(): { readonly value: JsonObject; readonly version: number };
  stop(): void;
}

interface DeviceParts {
  readonly deviceId: DeviceId;
  readonly endpoint: Endpoint;
  readonly course: DeviceCourse;
  /** Before each connect, so that a fleet does not come back in one moment. */
  readonly spreadMs: () => number;
  readonly onSeen: (deviceId: DeviceId, seen: SeenVersion) => void;
  /** The device knows its verdict; the hub does not yet. */
  readonly onEnded: (end: AttemptEnd) => void;
  /** The hub has it on disk. */
  readonly onTold: (end: AttemptEnd) => void;
}

interface Report {
  readonly body: JsonObject;
  readonly end: AttemptEnd | null;
}

const totalBytes = 2 * 1024 * 1024;

export class SimulatedEdgeDevice implements SimulatedDevice {
  readonly #parts: DeviceParts;
  readonly seen: SeenVersion[] = [];
  readonly ends: AttemptEnd[] = [];
  readonly problems: string[] = [];
  lost = 0;
  #desired: { readonly value: JsonObject; readonly version: number } = { value: {}, version: 0 };
  #report: Report | null = null;
  #told: Report | null = null;
  #sending: Report | null = null;
  #number = 0;
  #link: FleetLink | null = null;
  #isStopped = false;
  #wake: Promise<unknown> = Promise.resolve();

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    if (parts.course.nap?.at === 'start') this.#wake = delay(parts.course.nap.ms);
    void this.#live();
  }

  get deviceId(): DeviceId {
    return this.#parts.deviceId;
  }

  desired(): { readonly value: JsonObject; readonly version: number } {
    return this.#desired;
  }

  stop(): void {
    this.#isStopped = true;
    this.#link?.close();
  }

  async #live(): Promise<void> {
    const { endpoint, deviceId, spreadMs } = this.#parts;
    while (!this.#isStopped) {
      await this.#wake;
      await delay(spreadMs());
      if (this.#isStopped) return;
      const link = openFleetLink(endpoint, deviceId, {
        onTwin: (twin) => this.#takeTwin(twin),
        onPatch: (version, patch) => this.#takePatch(version, patch),
        onRefused: (what) => this.#note(`was refused ${what}`),
      });
      this.#link = link;
      await link.closed;
      this.#link = null;
      if (this.#sending !== null) this.lost += 1;
      this.#sending = null;
    }
  }

  #takeTwin(twin: { readonly desired: JsonObject; readonly reported: JsonObject }): void {
    const { $version, ...value } = twin.desired;
    if (typeof $version !== 'number') return this.#note('has a twin without a version');
    const known = this.#desired;
    if ($version < known.version) this.#note(`was told version ${known.version}, and the hub has ${$version}`);
    if ($version === known.version && !jsonEquals(value, known.value))
      this.#note(`knows version ${$version} otherwise`);
    this.#take($version, value);
    const own = this.#report;
    const isThere = own !== null && jsonEquals(attemptIn(twin.reported), attemptIn(own.body));
    // Taken by a hub that died before it could say so.
    if (isThere) this.#wasTold(own);
    else if (own !== null && own === this.#told) this.#note(`had report ${this.#number} acknowledged, and it is lost`);
    this.#send();
  }

  #takePatch(version: number, patch: JsonObject): void {
    if (version <= this.#desired.version) return;
    if (version > this.#desired.version + 1) return this.#link?.askTwin();
    const { $version: _version, ...change } = patch;
    const value = applyMergePatch(this.#desired.value, change);
    if (isJsonObject(value)) this.#take(version, value);
  }

  #take(version: number, value: JsonObject): void {
    if (version <= this.#desired.version) return;
    this.#desired = { version, value };
    // As it was made: nobody deployed anything.
    if (Object.keys(value).length === 0) return;
    const attempt = readRolloutTerms(value['lanyard']).terms?.attempt ?? 0;
    const modules = isJsonObject(value['modules']) ? Object.keys(value['modules']).toSorted() : [];
    const seen = { version, attempt, modules };
    this.seen.push(seen);
    this.#parts.onSeen(this.deviceId, seen);
    void this.#carryOut(seen);
  }

  async #carryOut({ version, attempt }: SeenVersion): Promise<void> {
    const { endings, stepMs, nap } = this.#parts.course;
    const verdict = attempt === 0 ? 'done' : (endings[attempt - 1] ?? 'done');
    const steps = attempt === 0 ? [] : (['downloading', 'downloading', 'installing', 'verifying'] as const);
    for (const [index, step] of steps.entries()) {
      const doneBytes = Math.min(index, 1) * (totalBytes / 2);
      this.#say({ version, attempt, step, doneBytes, totalBytes, verdict: null, reason: null }, null);
      if (index === 2 && attempt === 1 && nap?.at === 'change') await this.#sleep(nap.ms);
      await delay(stepMs);
      // A newer version took its place.
      if (this.#isStopped || this.#desired.version !== version) return;
    }
    const end = { deviceId: this.deviceId, attempt, verdict };
    this.ends.push(end);
    this.#parts.onEnded(end);
    const reason = verdict === 'done' ? null : reasonOf(verdict);
    this.#say({ version, attempt, step: 'ended', doneBytes: totalBytes, totalBytes, verdict, reason }, end);
  }

  #sleep(ms: number): Promise<unknown> {
    this.#wake = delay(ms);
    this.#link?.close();
    return this.#wake;
  }

  #say(attempt: JsonObject, end: AttemptEnd | null): void {
    this.#number += 1;
    const ended = end === null ? {} : { lastDesiredVersion: attempt['version'] ?? 0, lastDesiredStatus: statusOf(end) };
    this.#report = { body: { ...ended, lanyard: { attempt: { ...attempt, number: this.#number } } }, end };
    this.#send();
  }

  /** One at a time, and always what it would say now. */
  #send(): void {
    const report = this.#report;
    const link = this.#link;
    if (link === null || !link.isReady() || this.#sending !== null || report === null || report === this.#told) return;
    this.#sending = report;
    link.report(`${this.deviceId}-${this.#number}`, report.body, () => {
      this.#sending = null;
      this.#wasTold(report);
      this.#send();
    });
  }

  #note(problem: string): void {
    this.problems.push(`${this.deviceId} ${problem}`);
  }

  #wasTold(report: Report): void {
    if (this.#told === report) return;
    this.#told = report;
    if (report.end !== null) this.#parts.onTold(report.end);
  }
}

function attemptIn(reported: JsonObject): JsonObject | null {
  return readAttemptReport(reported);
}

function statusOf({ verdict }: AttemptEnd): JsonObject {
  return verdict === 'done' ? { code: 200, description: '' } : { code: 500, description: `It ended as ${verdict}.` };
}

function reasonOf(verdict: Verdict): JsonObject {
  return { code: 'exited', while: 'verifying', module: 'extra', message: `Simulated: ${verdict}.`, remedy: 'Nothing.' };
}
