// The deployments a rollback makes: one, where all devices get the same; or one that writes nothing and has the rollout, and with it
// one for each content, which it brings to their devices.
import type { DeviceId } from '#base/ids.ts';
import { nothingWritten, type ContentGroup } from '#domain/deployments/rollback-content.ts';
import type { EdgeDeployment, ModulesContent } from '#domain/records/deployment.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { conditionFor, type RollbackSubject } from './rollback-subject.ts';
import { freeId } from './finished-rollout.ts';

/** More would be a site of devices that have nothing in common. */
export const mostContents = 20;
const highestPriority = 2 ** 31 - 1;

export interface PlannedDeployment {
  /** As it would be made; its instant is one that is to come. */
  readonly deployment: EdgeDeployment;
  /** What stands in it, in a few words. */
  readonly words: string;
  /** Those whose content it is; null: it writes nothing, and reaches all. */
  readonly deviceIds: readonly DeviceId[] | null;
}

export interface MadeOf {
  readonly subject: RollbackSubject;
  readonly groups: readonly ContentGroup[];
  /** Some get nothing but what applies without the deployment. */
  readonly hasTakers: boolean;
  /** Of all deployments that match a device. */
  readonly highest: number;
  readonly firstNumber: number;
}

/** The first has the rollout. */
export function plannedDeployments(read: StoreReaders, of: MadeOf): readonly PlannedDeployment[] {
  const { subject, groups, highest } = of;
  const taken = new Set<string>();
  const make = (content: ModulesContent, priority: number): EdgeDeployment => {
    const id = freeId(read, { of: stemOf(subject), word: 'back', isTaken: (candidate) => taken.has(candidate) });
    const createdAtMs = of.firstNumber + taken.size;
    taken.add(id);
    return {
      kind: 'edge',
      id,
      content,
      priority,
      targetCondition: conditionOf(subject),
      labels: labelsOf(subject),
      metricQueries: {},
      schemaVersion: '1.0',
      createdAtMs,
      updatedAtMs: createdAtMs,
      version: 1,
    };
  };
  // A base of the highest priority there is outranks all of it, for it is newer, and no layer is above it.
  const ofContents = subject.kind === 'deployment' && subject.earlier !== null ? subject.deployment.priority : highest;
  const isAlone = groups.length === 1 && !of.hasTakers;
  const lead: readonly PlannedDeployment[] = isAlone
    ? []
    : [
        {
          deployment: make(nothingWritten, Math.min(highest + 1, highestPriority)),
          words: 'nothing: it takes away what is rolled back',
          deviceIds: null,
        },
      ];
  const contents = groups.map(({ content, deviceIds }) => {
    return { deployment: make(content, ofContents), words: wordsOf(subject), deviceIds };
  });
  return [...lead, ...contents];
}

export function conditionOf(subject: RollbackSubject): string {
  return subject.kind === 'revision' ? conditionFor(subject.deviceId) : subject.deployment.targetCondition;
}

/** Device ids have characters that no deployment's id may have. */
function stemOf(subject: RollbackSubject): string {
  const of = subject.kind === 'revision' ? subject.deviceId : subject.deployment.id;
  return of.toLowerCase().replaceAll(/[^a-z0-9\-+%_*!']/g, '-');
}

function labelsOf(subject: RollbackSubject): Readonly<Record<string, string>> {
  if (subject.kind === 'revision')
    return { 'sets-back': subject.deviceId, 'to-revision': String(subject.revision.revision) };
  return { 'takes-back': subject.deployment.id };
}

function wordsOf(subject: RollbackSubject): string {
  if (subject.kind === 'revision') return `revision ${subject.revision.revision} of '${subject.deviceId}'`;
  if (subject.earlier !== null) return `the content of '${subject.earlier.id}'`;
  const { way } = subject;
  const isEmpty = way.kind === 'to-empty' || (way.kind === 'without' && way.withoutBase === 'empty');
  return isEmpty ? 'no modules, on the runtime that is there' : 'what ran before';
}
