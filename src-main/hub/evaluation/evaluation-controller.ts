// Keeps every device at what its deployments say: devices are marked by committed changes and looked at again, from the
// store alone. INVARIANTS: one unit of work per device at a time; what fails for one device holds up no other; the event loop
// is never held longer than a turn and its commit.
import type { Logger } from 'pino';
import { jitteredBackoffMs } from '#base/backoff.ts';
import type { Clock } from '#base/clock.ts';
import { asAppError, type AppError } from '#base/errors.ts';
import { isDeviceId, type DeploymentId, type DeviceId } from '#base/ids.ts';
import type { Anchor } from '#domain/conditions/condition-anchors.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import { createDeploymentCatalog, type DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import type { Store } from '#store/store-types.ts';
import { createAlikeComparison } from './alike-evaluation.ts';
import { writeAlike } from './alike-writing.ts';
import { reachOf } from './deployment-reach.ts';
import { createDesiredReplacer } from './desired-writing.ts';
import { writeRefusal, type Refusal } from './device-evaluation.ts';
import { createDeviceQueue, type DeviceQueue } from './device-queue.ts';
import { concernsDeployments, dueBecauseOf, reachedIn } from './evaluation-triggers.ts';
import { createRevisionTeller } from './revision-telling.ts';

// With its commit and what is then pushed a turn is half as long again, and well below what a person or a device notices. Shorter
// ones are mostly syncs of the disk, and write the pages that devices share again with each.
const turnMs = 20;
/** So many share a commit at most, as long as they do not take longer than a turn. */
const mostTogether = 256;
const retryShape = { firstMs: 1000, limitMs: 60_000 };

interface ControllerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
}

export class EvaluationController {
  readonly #parts: ControllerParts;
  #catalog: DeploymentCatalog = createDeploymentCatalog({ deployments: [] });
  readonly #queue: DeviceQueue;
  readonly #compare = createAlikeComparison();
  readonly #shared = { replaceDesired: createDesiredReplacer(), tellRevision: createRevisionTeller() };
  readonly #failures = new Map<DeviceId, { readonly error: AppError; readonly attempts: number }>();
  readonly #retries = new Map<DeviceId, () => void>();
  #waiters: (() => void)[] = [];
  #turn: NodeJS.Immediate | undefined;
  #stopListening: (() => void) | undefined;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#queue = createDeviceQueue(parts.store.read);
  }

  /** Looks at all devices once, then at those that changed. */
  start(): void {
    const { store } = this.#parts;
    this.#stopListening ??= store.onCommitted((entries) => this.#follow(entries));
    // Read anew: nothing was heard while nobody listened.
    this.#catalog = createDeploymentCatalog({
      deployments: store.read.deployments.list(),
      rollouts: store.read.rollouts.numbers(),
    });
    for (const deploymentId of this.#catalog.unreadable().keys()) this.#tellUnreadable(deploymentId);
    this.#queue.markAll();
    this.#schedule();
  }

  /** Resolves when the work under way is on disk. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#stopListening = undefined;
    clearImmediate(this.#turn);
    this.#turn = undefined;
    for (const cancel of this.#retries.values()) cancel();
    this.#retries.clear();
    this.#queue.clear();
    while (this.#queue.takenCount() > 0) await new Promise((resolve) => setImmediate(resolve));
    this.#tellWaiters();
  }

  /** Resolves when every device stands as its deployments say, or could not be made to (`failures`). */
  settled(): Promise<void> {
    if (this.#queue.isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** What it goes by: as of the last commit it heard of. */
  get catalog(): DeploymentCatalog {
    return this.#catalog;
  }

  /** The devices that could not be given their configuration, and why. */
  failures(): ReadonlyMap<DeviceId, AppError> {
    return new Map([...this.#failures].map(([deviceId, { error }]) => [deviceId, error]));
  }

  failureOf(deviceId: DeviceId): AppError | undefined {
    return this.#failures.get(deviceId)?.error;
  }

  #follow(entries: readonly JournalEntry[]): void {
    // Twins before deployments: what a condition read that goes in the same commit must still count as read.
    for (const entry of entries) {
      this.#followRollout(entry);
      const due = dueBecauseOf(entry, this.#catalog);
      if (due !== null) this.#queue.mark(due);
      if (entry.kind === 'device-deleted' && entry.deviceId !== null) this.#forgive(entry.deviceId);
    }
    const changed = new Set(entries.filter(concernsDeployments).map(({ deploymentId }) => deploymentId));
    const isBehind = changed.size > 0 && this.#parts.store.read.journal.lastSeq() !== entries.at(-1)?.seq;
    for (const id of changed) if (id !== null) this.#followDeployment(id, isBehind);
    if (!this.#queue.isIdle()) this.#schedule();
  }

  /** Before its deployment is followed, which comes in the same commit: it reaches nobody by itself. */
  #followRollout({ kind, detail }: JournalEntry): void {
    if (kind === 'rollout-created') this.#catalog.addRollout(Number(detail['number']));
    if (kind === 'rollout-advanced' || kind === 'rollout-switch-released')
      for (const deviceId of reachedIn(detail)) this.#queue.mark(deviceId);
  }

  /**
   * Marks the devices that it was and is aimed at, as their twins are now: one whose twin changed since it was looked at is
   * marked for that already, unless there are commits that were not heard of yet (`isBehind`).
   */
  #followDeployment(id: DeploymentId, isBehind: boolean): void {
    const { read } = this.#parts.store;
    for (const aim of this.#catalog.follow(id, read.deployments.get(id))) {
      const reach = isBehind ? 'all' : reachOf(read, aim);
      if (reach === 'all') this.#queue.markAll();
      else for (const anchor of reach) this.#markAnchored(anchor);
    }
    this.#tellUnreadable(id);
  }

  #markAnchored({ path, value }: Anchor): void {
    if (path.root !== 'deviceId') this.#queue.markTagged({ path: path.segments, value });
    else if (typeof value === 'string' && isDeviceId(value)) this.#queue.mark(value);
  }

  #tellUnreadable(deploymentId: DeploymentId): void {
    const reason = this.#catalog.unreadable().get(deploymentId);
    if (reason === undefined) return;
    this.#parts.log.error({ deploymentId, reason }, 'a deployment matches no device: its condition cannot be read');
  }

  /** Right after the current turn of the event loop: a change reaches its device without waiting for a timer. */
  #schedule(): void {
    if (this.#stopListening !== undefined) this.#turn ??= setImmediate(() => this.#takeTurn());
  }

  #takeTurn(): void {
    this.#turn = undefined;
    // With devices under way, the end of their commit schedules the next turn.
    if (this.#queue.takenCount() > 0) return;
    const deviceIds: DeviceId[] = [];
    while (deviceIds.length < mostTogether) {
      const deviceId = this.#queue.take();
      if (deviceId === undefined) break;
      deviceIds.push(deviceId);
    }
    if (deviceIds.length > 0) void this.#evaluate(deviceIds);
    else if (this.#queue.isIdle()) this.#tellWaiters();
  }

  /** All in one change; who was not reached in the time of a turn comes up again. Where one fails, each is tried by itself. */
  async #evaluate(deviceIds: readonly DeviceId[]): Promise<void> {
    try {
      const reached = await this.#write(deviceIds);
      for (const deviceId of deviceIds) {
        if (reached.has(deviceId)) this.#forgive(deviceId);
        else this.#queue.mark(deviceId);
      }
    } catch (thrown) {
      // A controller's queue: a device that fails is told and tried again, and holds up no other.
      const [deviceId] = deviceIds;
      if (deviceIds.length > 1) await Promise.all(deviceIds.map((each) => this.#evaluate([each])));
      else if (deviceId !== undefined) await this.#fail(deviceId, thrown);
    }
    for (const deviceId of deviceIds) this.#queue.release(deviceId);
    this.#schedule();
  }

  /** Resolves with those of them that stand on disk as they should. */
  #write(deviceIds: readonly DeviceId[]): Promise<ReadonlySet<DeviceId>> {
    const { store, clock } = this.#parts;
    // Compared inside the transaction alone: one that writes nothing costs no sync.
    return store.changeSoon((write) => {
      const endsAtMs = clock.monotonicMs() + turnMs;
      const nowMs = clock.nowMs();
      const now = { nowMs, nowIso: new Date(nowMs).toISOString() };
      const evaluation = { read: store.read, write, clock, ...now, ...this.#shared };
      const reached = new Set<DeviceId>();
      for (const alike of this.#compare(store.read, this.#catalog, deviceIds)) {
        if (alike.differences !== null) writeAlike(evaluation, alike.differences);
        for (const deviceId of alike.deviceIds) reached.add(deviceId);
        if (clock.monotonicMs() >= endsAtMs) break;
      }
      return reached;
    });
  }

  /** A refusal stays until something changes; everything else is tried again, ever more slowly. */
  async #fail(deviceId: DeviceId, thrown: unknown): Promise<void> {
    const { clock, log, random } = this.#parts;
    const error = asAppError(thrown);
    const before = this.#failures.get(deviceId);
    const attempts = (before?.attempts ?? 0) + 1;
    this.#failures.set(deviceId, { error, attempts });
    log.error({ deviceId, code: error.code, attempts, err: error }, 'a device could not be given its configuration');
    if (error.kind === 'refused')
      return this.#noteRefusal({ deviceId, error, isNews: before?.error.message !== error.message });
    if (this.#stopListening === undefined) return;
    this.#retries.get(deviceId)?.();
    const retry = (): void => {
      this.#retries.delete(deviceId);
      this.#queue.mark(deviceId);
      this.#schedule();
    };
    this.#retries.set(deviceId, clock.after(jitteredBackoffMs(attempts, retryShape, random()), retry));
  }

  /** Where people look: on the device, not in the log alone. */
  async #noteRefusal(refusal: Refusal): Promise<void> {
    const { store, clock, log } = this.#parts;
    await store
      .changeSoon((write) => writeRefusal({ read: store.read, write, clock }, this.#catalog, refusal))
      .catch((error: unknown) => log.error({ err: error }, 'a refused configuration could not be noted'));
  }

  #forgive(deviceId: DeviceId): void {
    this.#failures.delete(deviceId);
    this.#retries.get(deviceId)?.();
    this.#retries.delete(deviceId);
  }

  #tellWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
