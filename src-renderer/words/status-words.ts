// Every status in words, with its colour and what to do next. Colours are never alone: an icon and the word stand beside.
import type { DeviceState } from '#domain/journal/device-state.ts';
import type { NotAppliedReason } from '#domain/layering/effective-configuration.ts';
import { isRestarting, type ModuleHealth, type ModuleStanding } from '#domain/updates/module-standing.ts';

export type StatusIcon =
  | 'good'
  | 'busy'
  | 'bad'
  | 'away'
  | 'none'
  | 'off'
  | 'idle'
  | 'pause'
  | 'back'
  | 'clock'
  | 'person';

export interface StatusWords {
  readonly word: string;
  readonly meaning: string;
  readonly color: string;
  readonly icon: StatusIcon;
}

export const deviceStateWords: Readonly<Record<DeviceState, StatusWords>> = {
  failing: {
    word: 'Failing',
    meaning: 'Its configuration or one of its modules failed.',
    color: 'red',
    icon: 'bad',
  },
  updating: {
    word: 'Updating',
    meaning: 'It is on its way to what the deployments want.',
    color: 'blue',
    icon: 'busy',
  },
  healthy: { word: 'Healthy', meaning: 'All modules are as wanted.', color: 'green', icon: 'good' },
  online: {
    word: 'Online',
    meaning: 'Connected. It is no edge device and takes no deployments.',
    color: 'teal',
    icon: 'good',
  },
  unmanaged: {
    word: 'No deployment',
    meaning: 'Connected, but no base deployment applies: it keeps what it runs.',
    color: 'yellow',
    icon: 'none',
  },
  offline: {
    word: 'Offline',
    meaning: 'Not connected. What is shown is its last report.',
    color: 'gray',
    icon: 'away',
  },
  'never-seen': {
    word: 'Never connected',
    meaning: 'Registered, and waiting for its agent to connect for the first time.',
    color: 'gray',
    icon: 'idle',
  },
  disabled: { word: 'Disabled', meaning: 'It is not allowed to connect.', color: 'gray', icon: 'off' },
};

const moduleHealthWords: Readonly<Record<ModuleHealth, StatusWords>> = {
  running: { word: 'Running', meaning: 'As wanted.', color: 'green', icon: 'good' },
  stopped: { word: 'Stopped', meaning: 'As wanted.', color: 'gray', icon: 'off' },
  updating: { word: 'Changing', meaning: 'Still as it was before the last change.', color: 'blue', icon: 'busy' },
  starting: { word: 'Starting', meaning: 'Not running yet.', color: 'blue', icon: 'busy' },
  missing: { word: 'Not there yet', meaning: 'The device has not reported it.', color: 'blue', icon: 'idle' },
  leftover: { word: 'Going away', meaning: 'No longer wanted, still reported.', color: 'blue', icon: 'busy' },
  backoff: { word: 'Restarting', meaning: 'It ended and waits to be started again.', color: 'orange', icon: 'bad' },
  unhealthy: { word: 'Unhealthy', meaning: 'It runs, but its own health check fails.', color: 'orange', icon: 'bad' },
  failed: { word: 'Failed', meaning: 'It ended with an error and is not started again.', color: 'red', icon: 'bad' },
};

/** A module that ends and is started again, over and over, is no running one, though it may run at this very moment. */
export function moduleWords(module: ModuleStanding): StatusWords {
  if (!isRestarting(module)) return moduleHealthWords[module.health];
  const meaning = 'It runs for the moment: it ended again and again, and was started again each time.';
  return { word: 'Keeps restarting', meaning, color: 'orange', icon: 'bad' };
}

/** The hub could not send what the deployments make of a device. */
export const refusedWords: StatusWords = bad(
  'Not sent',
  'What the deployments make of this device cannot be sent to it.',
);

/** IoT Edge's `lastDesiredStatus` codes (spec/iot-hub.md 3.3) and the next step. */
export function runtimeCodeWords(code: number): StatusWords & { readonly nextStep: string | null } {
  switch (code) {
    case 200:
      return { ...good('Applied', 'The agent carried out the configuration.'), nextStep: null };
    case 400:
      return {
        ...bad('Not understood', 'The agent could not read the configuration.'),
        nextStep: 'Check the deployment that wrote the value named below.',
      };
    case 406:
      return { ...bad('Agent not running', 'The agent was shut down.'), nextStep: 'Start the agent on the device.' };
    case 412:
      return {
        ...bad('Wrong schema version', 'The agent does not know this version of the configuration.'),
        nextStep: 'Update the agent, or use schemaVersion 1.1 in the deployment.',
      };
    case 417:
      return {
        word: 'No configuration',
        meaning: 'The device has not been given a configuration yet.',
        color: 'gray',
        icon: 'none',
        nextStep: null,
      };
    case 500:
      return {
        ...bad('Failed', 'The agent could not carry out the configuration.'),
        nextStep: 'The agent gave no reason: look at its log on the device.',
      };
    default:
      return { ...bad(`Code ${code}`, 'The agent reports a code that is not known here.'), nextStep: null };
  }
}

export function notAppliedWords(reason: NotAppliedReason | null): string {
  if (reason === null) return 'It matches this device but does not apply.';
  switch (reason.reason) {
    case 'outranked':
      return `Outranked by ${reason.by}: one base applies, the highest priority, then the newest.`;
    case 'priority-not-above-base':
      return `Its priority is not above that of the base ${reason.base}.`;
    case 'no-base':
      return 'It is a layer, and no base deployment matches this device.';
  }
}

function good(word: string, meaning: string): StatusWords {
  return { word, meaning, color: 'green', icon: 'good' };
}

function bad(word: string, meaning: string): StatusWords {
  return { word, meaning, color: 'red', icon: 'bad' };
}
