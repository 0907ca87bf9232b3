// The glossary of rollouts: every word by which a page names where a rollout is, how a device stands in it, how an attempt ended, and
// how devices are counted. One thing has one word on every screen. Status is never by colour alone: each has an icon and a word.
import type { RolloutRow } from '#contract/console-rows.ts';
import type { Cause, DeviceStanding, RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { safeText } from './safe-text.ts';
import type { StatusIcon, StatusWords } from './status-words.ts';

export const rolloutStatusWords: Readonly<Record<RolloutStatus, StatusWords>> = {
  scheduled: words('Scheduled', 'gray', 'clock', 'It begins at a time that was set.'),
  pending: words('Pending', 'gray', 'idle', 'It may begin, and no device has begun yet.'),
  'in-progress': words('In progress', 'blue', 'busy', 'Devices are in change, or wait for their turn.'),
  paused: words('Paused', 'orange', 'pause', 'No further device begins until a person lets it go on.'),
  'rolling-back': words('Rolling back', 'orange', 'back', 'Its devices are rolled back, one after another.'),
  'rolled-back': words('Rolled back', 'yellow', 'back', 'Its devices were rolled back. That is final.'),
  superseded: words('Superseded', 'gray', 'off', 'A newer rollout took its place. That is final.'),
  canceled: words('Canceled', 'gray', 'off', 'A person ended it. That is final.'),
  finished: words('Finished', 'green', 'good', 'All its devices came to their end. That is final.'),
};

/** Of one whose next wave is for a person to open, and may be opened now. */
export const waitsForYouWords = words(
  'Waits for you',
  'orange',
  'person',
  'Its next wave is for a person to open, and may be opened now.',
);

/** Where a rollout is; one that waits for a person is told as that, for it is not on its way. */
export function rolloutWords({ status, waitsForPerson }: Pick<RolloutRow, 'status' | 'waitsForPerson'>): StatusWords {
  return waitsForPerson === null ? rolloutStatusWords[status] : waitsForYouWords;
}

/** What is to be done of it: `Open wave 2 of 3: rest`. */
export function openWaveInWords({ name, number, waves }: NonNullable<RolloutRow['waitsForPerson']>): string {
  return `Open wave ${number} of ${waves}: ${safeText(name)}`;
}

export const standingWords: Readonly<Record<DeviceStanding, StatusWords>> = {
  pending: words('Pending', 'gray', 'idle', 'Its turn has not come, or it has not said anything of it yet.'),
  downloading: words('Downloading', 'blue', 'busy', 'It fetches what it is to run.'),
  installing: words('Installing', 'blue', 'busy', 'It has all it needs, and switches or holds its switch.'),
  verifying: words('Verifying', 'blue', 'busy', 'The new set runs, and has yet to prove that it runs well.'),
  success: words('Success', 'green', 'good', 'It runs what was rolled out.'),
  'already-installed': words(
    'Already installed',
    'green',
    'good',
    'It had all of it and ran well, so nothing was sent.',
  ),
  'not-applicable': words('Not applicable', 'gray', 'none', 'It is not for this device, and no share counts it.'),
  failure: words('Failure', 'red', 'bad', 'Its last attempt failed.'),
  'rolled-back': words('Rolled back', 'yellow', 'back', 'It was rolled back to what applies without this deployment.'),
  aborted: words('Aborted', 'gray', 'off', 'It left the rollout before its end, and no share counts it.'),
  decommissioned: words('Decommissioned', 'gray', 'off', 'It was deleted from the hub, and no share counts it.'),
};

/** In the order of a device's way. */
export const standings = Object.keys(standingWords) as readonly DeviceStanding[];

export const verdictWords: Readonly<Record<Verdict, StatusWords>> = {
  done: words('Done', 'green', 'good', 'The new set runs well.'),
  'failed-unchanged': words(
    'Failed, nothing changed',
    'red',
    'bad',
    'What ran before was never stopped, as far as the device told.',
  ),
  'failed-rolled-back': words(
    'Failed, rolled back',
    'red',
    'bad',
    'What ran before runs again: the device did that by itself.',
  ),
  'failed-left': words(
    'Failed, no rollback asked',
    'red',
    'bad',
    'The new set stays as it is, for no way back was asked for.',
  ),
  'failed-stuck': words(
    'Failed, could not roll back',
    'red',
    'bad',
    'The device could not bring back all that ran before, or does not say what it runs.',
  ),
  refused: words('Refused', 'red', 'off', 'The device did not begin, and is not asked again by itself.'),
};

/** How devices are counted: several standings that are one to whoever asks how far it is. */
export const rolloutParts = ['done', 'failed', 'back', 'changing', 'waiting', 'asleep', 'excluded'] as const;
export type RolloutPart = (typeof rolloutParts)[number];

export const partWords: Readonly<Record<RolloutPart, StatusWords>> = {
  done: words('Success', 'green', 'good', 'Success or already installed.'),
  failed: words('Failure', 'red', 'bad', 'Its last attempt failed.'),
  back: words('Rolled back', 'yellow', 'back', 'Rolled back to what applies without this deployment.'),
  changing: words('In change', 'blue', 'busy', 'Downloading, installing or verifying.'),
  waiting: words('Pending', 'gray', 'idle', 'Its turn has not come, or it has not said anything of it yet.'),
  asleep: words('Switched off', 'gray', 'away', 'Pending or in change, and goes on when it wakes. It holds up nobody.'),
  excluded: words('Excluded', 'gray', 'none', 'Not applicable, aborted or decommissioned: no share counts it.'),
};

/** Whoever is switched off is counted where it stands, and told beside. */
export const partOf: Readonly<Record<DeviceStanding, Exclude<RolloutPart, 'asleep'>>> = {
  success: 'done',
  'already-installed': 'done',
  failure: 'failed',
  'rolled-back': 'back',
  downloading: 'changing',
  installing: 'changing',
  verifying: 'changing',
  pending: 'waiting',
  'not-applicable': 'excluded',
  aborted: 'excluded',
  decommissioned: 'excluded',
};

function words(word: string, color: string, icon: StatusIcon, meaning: string): StatusWords {
  return { word, meaning, color, icon };
}

const causers: Readonly<Record<Cause['by'], string>> = {
  console: 'A person at the console',
  service: 'A script with the service key',
  hub: 'The hub by itself',
  device: 'A device',
};

export function causerInWords(by: Cause['by']): string {
  return causers[by];
}

/** `1 device`, `3 devices`. */
export function devicesInWords(count: number): string {
  return `${count} ${count === 1 ? 'device' : 'devices'}`;
}

/** `line-1, line-2 and 3 more`. */
export function namesInWords(
  ids: readonly string[],
  { of, most }: { readonly of: number; readonly most: number },
): string {
  const shown = ids.slice(0, most);
  const more = of - shown.length;
  return `${shown.join(', ')}${more > 0 ? `${shown.length > 0 ? ' and ' : ''}${more} more` : ''}`;
}
