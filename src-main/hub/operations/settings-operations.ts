// The settings of the site that a person may change while the hub runs. They are read where they are needed, straight from the
// store, so that a change holds for the next request whichever door it comes through, and for a preview as of its own moment.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { ConsoleSettings, DeploymentLimitRow } from '#contract/console-settings.ts';
import {
  deploymentLimits,
  keptLimits,
  limitNames,
  readLimitChange,
  sizeOf,
  usualDeploymentLimits,
  widenedTo,
  type DeploymentLimits,
} from '#domain/deployments/deployment-limits.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';

const limitsName = 'deployment-limits';
const nothing = Object.fromEntries(limitNames.map((name) => [name, 0])) as DeploymentLimits;

interface SettingsParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Of this run alone; they go before what is set. */
  readonly limits?: Partial<DeploymentLimits>;
}

/** The limits as they stand now: of this run, else of the site, else the usual ones. */
export function limitsInForce(
  { settings }: Pick<StoreReaders, 'settings'>,
  forThisRun?: Partial<DeploymentLimits>,
): DeploymentLimits {
  return { ...usualDeploymentLimits, ...keptLimits(settings.get(limitsName)), ...forThisRun };
}

export function createSettingsOperations({ store, clock, limits = {} }: SettingsParts): ConsoleSettings {
  const { read } = store;

  async function limitRows(): Promise<readonly DeploymentLimitRow[]> {
    const inUse = await largestOf(read, clock);
    const kept = keptLimits(read.settings.get(limitsName));
    const value = limitsInForce(read, limits);
    return limitNames.map((name) => {
      const { usual, most, noun } = deploymentLimits[name];
      const given = { setting: kept[name] ?? null, forThisRun: limits[name] ?? null };
      return { name, counts: noun, value: value[name], usual, most, ...given, inUse: inUse[name] };
    });
  }

  return {
    deploymentLimits: limitRows,
    async setDeploymentLimits({ limits: given }) {
      const change = readLimitChange(given);
      if (!change.ok) throw refused('request.invalid', `The limits stay as they are: ${problemsText(change.problems)}`);
      store.change((write) => {
        const kept = keptLimits(read.settings.get(limitsName));
        const set = { ...kept, ...change.value };
        const next = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== null));
        if (jsonEquals(kept, next)) return;
        write.settings.set(limitsName, next);
        write.journal.append({ kind: 'deployment-limits-changed', actor: 'console', detail: { limits: change.value } });
      });
      return limitRows();
    },
  };
}

/** In turns: ten thousand contents take long to read. */
async function largestOf(read: StoreReaders, clock: Clock): Promise<DeploymentLimits> {
  const turns = createTurns(clock);
  const ids = read.deployments.ids();
  let largest = nothing;
  for (const id of ids) {
    const deployment = read.deployments.get(id);
    if (deployment !== undefined) largest = widenedTo(sizeOf(deployment), largest);
    await turns.next();
  }
  return { ...largest, deployments: ids.length };
}
