// What a rollback would do, told before it is made: read from one snapshot in short turns, by the evaluation that runs for real.
// INVARIANT: what is created is what this tells; nothing is written here.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { RollbackPlan, RollbackRequest } from '#contract/console-rollbacks.ts';
import { largestPage } from '#contract/console-rows.ts';
import { noMoreDeployments, readNewModules, type DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { outcomeText, type RollbackGift } from '#domain/rollouts/rollback-outcome.ts';
import type { RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { limitsInForce } from '#hub/operations/settings-operations.ts';
import { createBreath, type Breathe } from '#hub/turns/preview-slices.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';
import { contentsFor, givingTo, isAnyGiven, type Contents } from './rollback-contents.ts';
import { conditionOf, mostContents, plannedDeployments, type PlannedDeployment } from './rollback-deployments.ts';
import { reachedBy } from './rollback-devices.ts';
import { createRollbackForesight, type Foreseen, type RollbackForesight } from './rollback-foresight.ts';
import { subjectOf, type RollbackSubject } from './rollback-subject.ts';
import { warningsOf } from './rollback-warnings.ts';
import { plannedWaves, policyProblems } from './rollout-plan.ts';
import { createTargetFinder } from './rollout-targets.ts';

export interface RollbackParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly limits?: Partial<DeploymentLimits>;
}

/** All that is needed to make it. */
export interface PlannedRollback {
  readonly plan: RollbackPlan;
  readonly subject: RollbackSubject;
  /** Whom the deployment that is taken back reaches. */
  readonly reached: readonly RolloutTarget[];
  /** Those of them who go back. */
  readonly targets: readonly RolloutTarget[];
  readonly deployments: readonly PlannedDeployment[];
  /** Number of the newest journal row that it knows of. */
  readonly asOf: number;
}

export async function planRollback(
  { store, clock, limits }: RollbackParts,
  request: RollbackRequest,
): Promise<PlannedRollback> {
  const breathe = createBreath(clock, undefined);
  const snapshot = store.snapshot();
  try {
    const site = { read: snapshot.read, clock, breathe, limits: limitsInForce(store.read, limits) };
    return { ...(await planOn(site, request)), asOf: snapshot.asOf };
  } finally {
    snapshot.close();
  }
}

interface Site {
  readonly read: StoreReaders;
  readonly clock: Clock;
  readonly breathe: Breathe;
  readonly limits: DeploymentLimits;
}

type Problem = RollbackPlan['problems'][number];
type Planned = Omit<PlannedRollback, 'asOf'>;

async function planOn(site: Site, { way, policy }: RollbackRequest): Promise<Planned> {
  const { read, clock, breathe } = site;
  const subject = subjectOf(read, way);
  const problems: Problem[] = policyProblems(read, policy, clock.nowMs()).map(({ at, message }) => {
    return { at: `policy.${at}`, message };
  });
  if (policy.targets.kind !== 'fixed')
    problems.push({
      at: 'policy.targets',
      message: "a rollback is for the devices that have what is rolled back, and nobody joins it: make it 'fixed'.",
    });
  if (problems.length > 0) return nothingOf(subject, problems);
  const finder = createTargetFinder(read, conditionOf(subject), policy);
  const reached =
    subject.kind === 'revision'
      ? [finder.targetOf(subject.deviceId)].filter((target) => target !== null)
      : await reachedBy(read, { deployment: subject.deployment, finder, breathe });
  const asked = way.kind === 'to-revision' ? null : way.deviceIds;
  const chosen = asked === null ? reached : chosenOf(reached, asked);
  const missing = missingOf(subject, reached, asked);
  if (missing.length > 0) return nothingOf(subject, missing);
  const foresight = await createRollbackForesight({ read, clock, breathe });
  const courses = await coursesOf(site, { subject, foresight, deviceIds: chosen.map(({ deviceId }) => deviceId) });
  const targets = chosen.filter(({ deviceId }) => !courses.contents.leftOut.has(deviceId) || courses.hasTakers);
  const full = tooMuch(site, courses);
  if (full.length > 0) return nothingOf(subject, full);
  const { deployments, outcomes } = courses;
  const plan: RollbackPlan = {
    problems: [],
    warnings: warningsOf(read, { subject, reached, targets, courses }),
    groups: groupsOf(outcomes),
    deployments: deployments.map(({ deployment: { id, priority }, words, deviceIds }) => {
      return { id, priority, content: words, devices: deviceIds?.length ?? targets.length };
    }),
    waves: plannedWaves(policy, targets),
  };
  if (targets.length > 0) return { plan, subject, reached, targets, deployments };
  return { plan: { ...plan, problems: [nobodyGoes] }, subject, reached, targets, deployments };
}

const nobodyGoes: Problem = {
  at: 'way',
  message: 'there is nothing to take any of these devices back to: choose another way.',
};

function nothingOf(subject: RollbackSubject, problems: readonly Problem[]): Planned {
  const plan = { problems, warnings: [], groups: [], deployments: [], waves: [] };
  return { plan, subject, reached: [], targets: [], deployments: [] };
}

function chosenOf(reached: readonly RolloutTarget[], asked: readonly string[]): readonly RolloutTarget[] {
  const wanted = new Set(asked);
  return reached.filter(({ deviceId }) => wanted.has(deviceId));
}

function missingOf(
  subject: RollbackSubject,
  reached: readonly RolloutTarget[],
  asked: readonly string[] | null,
): readonly Problem[] {
  if (subject.kind === 'revision') return [];
  const { id } = subject.deployment;
  if (reached.length === 0)
    return [{ at: 'way.deploymentId', message: `'${id}' reaches no device, so there is nothing to roll back.` }];
  const known = new Set<string>(reached.map(({ deviceId }) => deviceId));
  const unknown = (asked ?? []).filter((deviceId) => !known.has(deviceId));
  if (unknown.length === 0) return [];
  const named = unknown.slice(0, 5).map((deviceId) => `'${deviceId}'`);
  return [
    { at: 'way.deviceIds', message: `'${id}' does not reach ${named.join(', ')}: leave out what it does not reach.` },
  ];
}

/** One device and what becomes of it; `madeId`: the new deployment whose content it gets. */
interface DeviceOutcome {
  readonly deviceId: DeviceId;
  readonly text: string;
  readonly madeId: string | null;
  readonly isWithoutBase: boolean;
}

export interface Courses {
  readonly contents: Contents;
  readonly hasTakers: boolean;
  /** Some of those that keep what they run have a revision to go back to. */
  readonly hasLastGood: boolean;
  readonly deployments: readonly PlannedDeployment[];
  readonly outcomes: readonly DeviceOutcome[];
}

interface CoursesAsked {
  readonly subject: RollbackSubject;
  readonly foresight: RollbackForesight;
  readonly deviceIds: readonly DeviceId[];
}

async function coursesOf(site: Site, { subject, foresight, deviceIds }: CoursesAsked): Promise<Courses> {
  const { read, breathe } = site;
  const highest = await foresight.highestPriority(deviceIds);
  const make = (contents: Contents, hasTakers: boolean) =>
    plannedDeployments(read, {
      subject,
      groups: contents.groups,
      hasTakers,
      highest,
      firstNumber: foresight.nextNumber,
    });
  const givers = { read, subject, foresight, breathe };
  const taking = takingOf(subject);
  if (taking === null) {
    const giftTo = givingTo(read, subject, giftKind(subject));
    const contents = await contentsFor({ giftTo, deviceIds, breathe });
    const deployments = make(contents, false);
    const given = deviceIds.filter((deviceId) => !contents.leftOut.has(deviceId));
    const isTooMuch = contents.groups.length > mostContents;
    const outcomes = isTooMuch ? [] : await outcomesOf(givers, { contents, deployments, deviceIds: given });
    const left = [...contents.leftOut].map(([deviceId, text]) => leftAlone(deviceId, text));
    return { contents, hasTakers: false, hasLastGood: false, deployments, outcomes: [...outcomes, ...left] };
  }
  const none: Contents = { groups: [], giftOf: new Map(), leftOut: new Map() };
  const bare = make(none, true);
  const plain = await outcomesOf(givers, { contents: none, deployments: bare, deviceIds });
  const baseless = plain.filter(({ isWithoutBase }) => isWithoutBase).map(({ deviceId }) => deviceId);
  if (taking === 'keep' || baseless.length === 0) {
    const hasLastGood = await isAnyGiven(givingTo(read, subject, 'last-good'), baseless, breathe);
    return { contents: none, hasTakers: true, hasLastGood, deployments: bare, outcomes: plain };
  }
  const contents = await contentsFor({ giftTo: givingTo(read, subject, taking), deviceIds: baseless, breathe });
  const deployments = make(contents, true);
  if (contents.groups.length > mostContents)
    return { contents, hasTakers: true, hasLastGood: false, deployments, outcomes: [] };
  const outcomes = await outcomesOf(givers, { contents, deployments, deviceIds });
  return { contents, hasTakers: true, hasLastGood: false, deployments, outcomes };
}

function leftAlone(deviceId: DeviceId, text: string): DeviceOutcome {
  return { deviceId, text, madeId: null, isWithoutBase: false };
}

function takingOf(subject: RollbackSubject) {
  return subject.kind === 'deployment' && subject.way.kind === 'without' ? subject.way.withoutBase : null;
}

function giftKind(subject: RollbackSubject) {
  if (subject.kind === 'revision') return 'revision';
  if (subject.earlier !== null) return 'deployment';
  return subject.way.kind === 'to-empty' ? 'empty' : 'last-good';
}

async function outcomesOf(
  {
    subject,
    foresight,
    breathe,
  }: { readonly subject: RollbackSubject; readonly foresight: RollbackForesight; readonly breathe: Breathe },
  {
    contents,
    deployments,
    deviceIds,
  }: {
    readonly contents: Contents;
    readonly deployments: readonly PlannedDeployment[];
    readonly deviceIds: readonly DeviceId[];
  },
): Promise<readonly DeviceOutcome[]> {
  const [first] = deployments;
  if (first === undefined) return [];
  const own = new Map<DeviceId, PlannedDeployment>();
  for (const planned of deployments) for (const deviceId of planned.deviceIds ?? []) own.set(deviceId, planned);
  const made = deployments.map(({ deployment }) => deployment);
  const foresee = await foresight.suppose({
    made,
    reachOf: (deviceId) => [first, own.get(deviceId) ?? first].map(({ deployment }) => deployment.createdAtMs),
    takenBack: subject.kind === 'deployment' ? subject.deployment.createdAtMs : null,
  });
  const ids = new Set<string>(made.map(({ id }) => id));
  const outcomes: DeviceOutcome[] = [];
  for (const deviceId of deviceIds) {
    const foreseen: Foreseen = foresee(deviceId);
    const gift: RollbackGift = contents.giftOf.get(deviceId) ?? { kind: 'nothing' };
    const text = outcomeText(gift, { ...foreseen, made: ids });
    const madeId = own.get(deviceId)?.deployment.id ?? null;
    outcomes.push({ deviceId, text, madeId, isWithoutBase: foreseen.refusal === null && foreseen.after.base === null });
    await breathe();
  }
  return outcomes;
}

function tooMuch({ read, limits }: Site, { contents, deployments }: Courses): readonly Problem[] {
  const { length } = contents.groups;
  if (length > mostContents) {
    const message =
      `these devices would go back to ${length} different contents, and at most ${mostContents} are made at once: ` +
      'roll back some of the devices at a time, with deviceIds.';
    return [{ at: 'way', message }];
  }
  const full = noMoreDeployments(read.deployments.count() + deployments.length - 1, limits);
  if (full !== undefined) return [{ at: 'way', message: full }];
  return deployments.flatMap(({ deployment: { content } }) => {
    const checked = readNewModules(content, limits);
    return checked.ok
      ? []
      : [{ at: 'way', message: `what would be deployed is refused: ${problemsText(checked.problems)}` }];
  });
}

function groupsOf(outcomes: readonly DeviceOutcome[]): RollbackPlan['groups'] {
  const groups = new Map<string, { outcome: string; deploymentId: string | null; deviceIds: string[] }>();
  for (const { deviceId, text, madeId } of outcomes) {
    const key = JSON.stringify([madeId, text]);
    const group = groups.get(key) ?? { outcome: text, deploymentId: madeId, deviceIds: [] };
    groups.set(key, group);
    group.deviceIds.push(deviceId);
  }
  return [...groups.values()]
    .toSorted((left, right) => right.deviceIds.length - left.deviceIds.length)
    .map((group) => ({ ...group, devices: group.deviceIds.length, deviceIds: group.deviceIds.slice(0, largestPage) }));
}
