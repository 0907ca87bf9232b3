// What a person is asked who ends the app while rollouts or work with images go on: what is under way, what becomes of it, and what
// does not.
import type { SiteStatus, ToldImageWork, ToldRollout } from '#contract/shell-port.ts';
import { plainWords } from './plain-words.ts';

export interface QuitWarning {
  readonly message: string;
  readonly detail: string;
}

export const quitButtons = ['Keep running', 'Quit all the same'] as const;
/** The place of the button that ends the app; Escape and Return keep it running. */
export const quitButton = 1;

/** For the page while it sends files: by Reload, or by the window's button before the hub knows of them. */
export const unloadWarning: QuitWarning = {
  message: 'Files are being sent to the hub',
  detail:
    'Leaving or loading the page anew ends that: the file under way is not taken, and those that wait for their turn are not read. ' +
    'No image is left half.',
};
export const unloadButtons = ['Stay on the page', 'Leave it all the same'] as const;
/** As with `quitButton`. */
export const unloadButton = 1;

const mostNamed = 5;

/** Under way: something changes by itself without a person. One that is paused waits for one anyway. */
export function isUnderWay({ status }: ToldRollout): boolean {
  return status !== 'paused';
}

/** Null: nothing is under way, and nobody is asked. */
export function quitWarning(status: SiteStatus | null): QuitWarning | null {
  const rollouts = (status?.rollouts ?? []).filter(isUnderWay);
  const imageWork = status?.imageWork ?? [];
  const message = rollouts.length > 0 ? rolloutMessage(rollouts) : imageMessage(imageWork);
  if (message === null) return null;
  const parts = [
    ...(rollouts.length > 0 ? [[...fewLines(rollouts, rolloutLine), '', rolloutFate]] : []),
    ...(imageWork.length > 0 ? [[...fewLines(imageWork, imageLine), '', imageFate]] : []),
  ];
  return { message, detail: parts.map((lines) => lines.join('\n')).join('\n\n') };
}

const rolloutFate =
  'Devices that have begun go on by themselves, and go back by themselves if it fails. No further device begins, no wave opens ' +
  'and no rule stops a rollout until the hub runs again: then it goes on where it was. What devices run keeps running.';
const imageFate =
  'Work with images ends with the app, files that wait for their turn are not read. No image is left half: begin it again later, ' +
  'and what came in whole is not read a second time.';

function rolloutMessage(rollouts: readonly ToldRollout[]): string {
  const [only, ...others] = rollouts;
  return only !== undefined && others.length === 0
    ? `The rollout of ‘${plainWords(only.deploymentId)}’ is under way`
    : `${rollouts.length} rollouts are under way`;
}

function imageMessage(imageWork: readonly ToldImageWork[]): string | null {
  const [only, ...others] = imageWork;
  if (only === undefined) return null;
  return others.length === 0 ? imageLine(only) : `${imageWork.length} tasks with images are under way`;
}

function fewLines<T>(all: readonly T[], lineOf: (one: T) => string): readonly string[] {
  const more = all.length - mostNamed;
  return [...all.slice(0, mostNamed).map(lineOf), ...(more > 0 ? [`… and ${more} more`] : [])];
}

function rolloutLine({ deploymentId, status, devices, ended }: ToldRollout): string {
  return `${plainWords(deploymentId)}: ${statusWords[status]}, ${ended} of ${devices} devices are done`;
}

function imageLine({ kind, subject }: ToldImageWork): string {
  return `‘${plainWords(subject)}’ is being ${imageWords[kind]}`;
}

const imageWords: Readonly<Record<ToldImageWork['kind'], string>> = {
  import: 'imported',
  fetch: 'fetched',
  export: 'exported',
};

const statusWords: Readonly<Record<ToldRollout['status'], string>> = {
  scheduled: 'waits for its time',
  pending: 'about to begin',
  'in-progress': 'in progress',
  paused: 'paused',
  'rolling-back': 'going back',
};
