// Which content each device of a rollback gets, in groups that share one, and who stays out of it because there is nothing for it.
import type { DeviceId } from '#base/ids.ts';
import {
  createContentGroups,
  emptiedContent,
  wholeContent,
  type ContentGroup,
} from '#domain/deployments/rollback-content.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import type { RollbackGift } from '#domain/rollouts/rollback-outcome.ts';
import type { Breathe } from '#hub/turns/preview-slices.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { lastGoodBefore } from './rollback-last-good.ts';
import type { RollbackSubject, TakenBack } from './rollback-subject.ts';

export interface Contents {
  readonly groups: readonly ContentGroup[];
  readonly giftOf: ReadonlyMap<DeviceId, RollbackGift>;
  /** Device → why there is nothing for it. */
  readonly leftOut: ReadonlyMap<DeviceId, string>;
}

type Given = { readonly content: ModulesContent; readonly gift: RollbackGift } | string;

export async function contentsFor({
  giftTo,
  deviceIds,
  breathe,
}: {
  readonly giftTo: (deviceId: DeviceId) => Given;
  readonly deviceIds: readonly DeviceId[];
  readonly breathe: Breathe;
}): Promise<Contents> {
  const groups = createContentGroups();
  const giftOf = new Map<DeviceId, RollbackGift>();
  const leftOut = new Map<DeviceId, string>();
  for (const deviceId of deviceIds) {
    await breathe();
    const given = giftTo(deviceId);
    if (typeof given === 'string') {
      leftOut.set(deviceId, given);
      continue;
    }
    groups.add(deviceId, given.content);
    giftOf.set(deviceId, given.gift);
  }
  return { groups: groups.groups(), giftOf, leftOut };
}

/** Whether there is a content for one of them at least. */
export async function isAnyGiven(
  giftTo: (deviceId: DeviceId) => Given,
  deviceIds: readonly DeviceId[],
  breathe: Breathe,
): Promise<boolean> {
  for (const deviceId of deviceIds) {
    if (typeof giftTo(deviceId) !== 'string') return true;
    await breathe();
  }
  return false;
}

/** What each device is given where it is given a content; a sentence where there is none for it. */
export function givingTo(
  read: StoreReaders,
  subject: RollbackSubject,
  kind: 'deployment' | 'last-good' | 'empty' | 'revision',
): (deviceId: DeviceId) => Given {
  const wholeOf = shared((effective) => wholeContent(effective.modules));
  const emptyOf = shared((effective) => emptiedContent(effective.modules));
  if (subject.kind === 'revision') {
    const { revision, effective } = subject.revision;
    return () => ({ content: wholeOf(effective), gift: { kind: 'revision', revision } });
  }
  const { earlier } = subject;
  if (kind === 'deployment' && earlier !== null)
    return () => ({ content: earlier.content, gift: { kind: 'deployment', id: earlier.id } });
  if (kind === 'empty')
    return (deviceId) => {
      const effective = read.revisions.latest(deviceId)?.effective;
      const content = effective === undefined ? null : emptyOf(effective);
      return content === null ? noRuntime : { content, gift: { kind: 'empty' } };
    };
  return (deviceId) => lastGoodOf(read, deviceId, { subject, wholeOf });
}

const noRuntime = 'stays as it is: no deployment ever gave it a runtime that could be kept';
const noneGood = 'stays as it is: no revision from before is there that is not known to have failed';

function lastGoodOf(
  read: StoreReaders,
  deviceId: DeviceId,
  {
    subject,
    wholeOf,
  }: { readonly subject: TakenBack; readonly wholeOf: (effective: EffectiveConfiguration) => ModulesContent },
): Given {
  const good = lastGoodBefore(read, deviceId, subject.deployment);
  if (good === undefined) return noneGood;
  return { content: wholeOf(good.effective), gift: { kind: 'last-good', isProved: good.isProved } };
}

/** Ten thousand devices share one document: what is made of it is made once. */
function shared<T>(make: (effective: EffectiveConfiguration) => T): (effective: EffectiveConfiguration) => T {
  const known = new WeakMap<EffectiveConfiguration, { readonly made: T }>();
  return (effective) => {
    const found = known.get(effective) ?? { made: make(effective) };
    known.set(effective, found);
    return found.made;
  };
}
