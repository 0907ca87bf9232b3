// What a rollback would do to a device, in the words in which devices are counted together.
import type { DeploymentId } from '#base/ids.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import { devicesText } from '#domain/values/count-text.ts';

/** What a device is meant to get. `nothing`: what applies without the deployment. */
export type RollbackGift =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'deployment'; readonly id: DeploymentId }
  /** `isProved`: a rollout told that it ran well; otherwise only no failure of it is known. */
  | { readonly kind: 'last-good'; readonly isProved: boolean }
  | { readonly kind: 'empty' }
  | { readonly kind: 'revision'; readonly revision: number };

export interface ForeseenRollback {
  readonly before: EffectiveConfiguration;
  readonly after: EffectiveConfiguration;
  /** Why it could not be written; null when it could. */
  readonly refusal: string | null;
  /** The new deployments: what they are called is told by the gift. */
  readonly made: ReadonlySet<string>;
}

/** The one outcome that gives a device nothing: whoever asked is to be offered something else. */
export const keepsForNoBase = 'keeps what it runs: no base is left';

/**
 * Of one device. Without the deployment, with base `old` and layer `extra` left: "base 'old' applies with layer 'extra'". No base:
 * "keeps what it runs: no base is left".
 */
export function outcomeText(gift: RollbackGift, { before, after, refusal, made }: ForeseenRollback): string {
  if (refusal !== null) return `keeps what it has: ${refusal}`;
  if (after.base === null) return keepsForNoBase;
  const isSame = jsonEquals(before.modules, after.modules);
  const layers = after.applied.filter((id) => id !== after.base && !made.has(id)).map((id) => `'${id}'`);
  const beside = layers.length === 0 ? '' : ` with ${layers.length === 1 ? 'layer' : 'layers'} ${layers.join(', ')}`;
  const isOurs = made.has(after.base);
  const what = isOurs ? giftText(gift) : `base '${after.base}' applies`;
  return `${what}${beside}${isSame ? ', and it runs what it runs now' : ''}`;
}

function giftText(gift: RollbackGift): string {
  switch (gift.kind) {
    case 'nothing':
      return 'what applies without the deployment applies';
    case 'deployment':
      return `the content of '${gift.id}' applies again`;
    case 'last-good':
      return gift.isProved
        ? 'its last good revision, which a rollout proved, applies again'
        : 'the newest revision from before applies again, of which no failure is known';
    case 'empty':
      return 'it runs no modules, and its runtime and system modules stay';
    case 'revision':
      return `its revision ${gift.revision} applies again`;
  }
}

/**
 * What there is to choose for devices that no lower base is there for; null: there are none, or it was chosen. `hasLastGood`: some of
 * them have a revision to go back to, without which it is not offered.
 */
export function withoutBaseWarning(kept: number, devices: number, hasLastGood: boolean): string | null {
  if (kept === 0) return null;
  const them = kept === 1 ? 'it would keep what it runs. Roll it' : 'they would keep what they run. Roll them';
  const lastGood = `${kept === 1 ? 'its' : 'their'} last good revision, or to `;
  return (
    `For ${kept} of ${devices} ${devices === 1 ? 'device' : 'devices'} no lower base exists: ${them} back to ` +
    `${hasLastGood ? lastGood : ''}an empty base, or deploy a base first.`
  );
}

/** Of the devices of a rollout that may go back to what each ran before. */
export interface RunBefore {
  readonly devices: number;
  /** Have no revision from before that is not known to have failed. */
  readonly without: number;
  /** Of these, those that no lower base is there for either. */
  readonly withoutBoth: number;
}

/**
 * Who has nothing to go back to where a stop rule goes back to what ran before; null: everybody has. `otherwise`: what those get that
 * no base is left for.
 */
export function nothingBeforeWarning(
  { devices, without, withoutBoth }: RunBefore,
  otherwise: 'keep' | 'empty',
): string | null {
  if (without === 0) return null;
  const they = `For ${without} of ${devicesText(devices)} no revision is kept that is not known to have failed`;
  if (withoutBoth === 0) return `${they}: the next lower deployment applies there.`;
  const lower =
    withoutBoth === without ? ', and no lower base exists' : `; for ${withoutBoth} of them no lower base exists either`;
  if (otherwise === 'empty')
    return `${they}${lower}: ${withoutBoth === 1 ? 'it gets' : 'they get'} an empty base then.`;
  const keeps = withoutBoth === 1 ? 'it would keep what it runs' : 'they would keep what they run';
  return `${they}${lower}: ${keeps}. Choose an empty base for such devices, or deploy a base first.`;
}

/** Where devices ran too many different contents before; null: not too many. */
export function manyContentsWarning(contents: number, most: number): string | null {
  if (contents <= most) return null;
  return (
    `They run ${contents} different contents that are no more deployed as such, and at most ${most} are made on the way back: devices ` +
    'of the others get the next lower deployment. Roll out to fewer devices at a time.'
  );
}
