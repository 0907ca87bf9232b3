// Why an update did not come about: every reason there is, and the one sentence a person reads of it. Each says while what,
// which module, why, and what to do now.
import { strategyLabel, updateStrategies } from './update-strategy.ts';

export const updateFailureCodes = [
  'container-gone',
  'create-failed',
  'download-interrupted',
  'exited',
  'failing',
  'hand-over-port',
  'image-unavailable',
  'interrupted',
  'no-answer',
  'no-progress',
  'not-allowed',
  'not-proven',
  'not-restored',
  'restart-loop',
  'start-failed',
  'state-unwritable',
  'stuck-midway',
  'superseded',
  'switch-failed',
  'unhealthy',
  'unknown-strategy',
  'wrong-platform',
] as const;
type UpdateFailureCode = (typeof updateFailureCodes)[number];

export const updateActivities = [
  'downloading',
  'installing',
  'preparing',
  'restoring',
  'switching',
  'verifying',
] as const;
type UpdateActivity = (typeof updateActivities)[number];

export interface UpdateFailure {
  readonly code: UpdateFailureCode;
  /** null: none in particular. */
  readonly module: string | null;
  /** What was seen: the engine's words, an exit code, a platform. */
  readonly detail: string;
  /** Where it can happen at several. */
  readonly while?: UpdateActivity;
}

export interface UpdateReason {
  readonly code: UpdateFailureCode;
  readonly while: UpdateActivity;
  readonly module: string | null;
  readonly message: string;
  readonly remedy: string;
}

interface Entry {
  readonly while: UpdateActivity;
  /** Who it is where no module is named; the new revision, unless told otherwise. */
  readonly subject?: string;
  /** Continues "module 'web' …"; `detail` is put in for `{}`. */
  readonly why: string;
  readonly remedy: string;
}

const catalogue: Readonly<Record<UpdateFailureCode, Entry>> = {
  'container-gone': {
    while: 'switching',
    why: 'lost its new container to somebody else{}',
    remedy: 'Find out who removes containers on this device, then deploy again.',
  },
  'create-failed': {
    while: 'installing',
    why: 'cannot be made into a container: {}',
    remedy: 'Mend its create options or the device as that says, then deploy again.',
  },
  'download-interrupted': {
    while: 'downloading',
    why: 'was fetched in vain: the device or its agent started {} times before all of it was there',
    remedy: 'See that the device stays up as long as the download lasts, or bring the image to it, then deploy again.',
  },
  exited: {
    while: 'verifying',
    why: 'ended with {} and its restart policy does not start it again',
    remedy: 'Read its last log lines, mend the image or its settings, then deploy again.',
  },
  failing: {
    while: 'verifying',
    why: '{}',
    remedy: 'Read its last log lines, mend the image or its settings, then deploy again.',
  },
  'hand-over-port': {
    while: 'preparing',
    why: 'is to be handed over, but asks for port {} of the host, which its old one and its new one cannot both have',
    remedy: `Take the host port out of its port bindings, or write another ${strategyLabel}, then deploy again.`,
  },
  'image-unavailable': {
    while: 'downloading',
    why: 'has no image: {}',
    remedy: 'Make the image available to this device, or correct its name, then deploy again.',
  },
  interrupted: {
    while: 'verifying',
    why: 'did not stay up: the device or its agent started {} times before it was proven',
    remedy: 'Look whether the new modules overload the device or restart it, then deploy again.',
  },
  'no-answer': {
    while: 'preparing',
    subject: 'the device',
    why: 'said nothing of it for {}',
    remedy: 'See that its agent runs and hears the hub.',
  },
  'no-progress': {
    while: 'downloading',
    subject: 'the device',
    why: 'showed no progress for {}',
    remedy:
      'Look at its network, its disk and its container engine; for one that is only slow, let a step stand still for longer.',
  },
  'not-allowed': {
    while: 'switching',
    why: "asks for what the device's policy does not allow any more{}",
    remedy: "Allow it in the agent's policy.json on the device, or deploy a revision that does without it.",
  },
  'not-proven': {
    while: 'verifying',
    why: 'did not prove itself within {}',
    remedy: 'Read its last log lines and its health check, or allow it more time, then deploy again.',
  },
  'not-restored': {
    while: 'restoring',
    why: 'cannot be put back, for its old one is gone: {}',
    remedy:
      'Make its old image available to this device, which goes on trying, or deploy a revision that can be obtained.',
  },
  'restart-loop': {
    while: 'verifying',
    why: 'ended again and again, last with {}',
    remedy: 'Read its last log lines, mend the image or its settings, then deploy again.',
  },
  'start-failed': {
    while: 'switching',
    why: 'cannot be started: {}',
    remedy: 'Mend its settings or the device as that says, then deploy again.',
  },
  'state-unwritable': {
    while: 'switching',
    why: 'was given up, for the agent cannot write down how far it is{}',
    remedy: "Make room on the disk of the agent's state directory, or let the agent write there, then deploy again.",
  },
  'stuck-midway': {
    while: 'switching',
    subject: 'the device',
    why: 'showed no progress for {}',
    remedy: 'Look at what runs on it, which may be its new modules or its old ones, and at the log of its agent.',
  },
  superseded: {
    while: 'downloading',
    why: 'was given up, for another revision is wanted by now{}',
    remedy: 'Nothing: the device goes on with the newer one.',
  },
  'switch-failed': {
    while: 'switching',
    why: 'cannot take the place of the old one: {}',
    remedy: 'Look at the container engine of the device, then deploy again.',
  },
  unhealthy: {
    while: 'verifying',
    why: 'is unhealthy by its own health check{}',
    remedy: 'Read its last log lines and its health check, mend it, then deploy again.',
  },
  'unknown-strategy': {
    while: 'preparing',
    why: `names the update strategy {}, which is none of ${updateStrategies.join(', ')}`,
    remedy: `Write one of the four in its label ${strategyLabel}, or take the label out, then deploy again.`,
  },
  'wrong-platform': {
    while: 'downloading',
    why: 'has an image for {}',
    remedy: 'Deploy an image that is built for this device.',
  },
};

/**
 * The failure in words (while what, which module, why, what to do now).
 * Example: `{code: 'exited', module: 'web', detail: 'code 1'}` → "While verifying, module 'web' ended with code 1 and …".
 * `loss`: what moreover could not be put back; then that is what is to be mended first.
 */
export function reasonOf(failure: UpdateFailure, loss: UpdateFailure | null = null): UpdateReason {
  const reason = plainReasonOf(failure);
  if (loss === null) return reason;
  const { message, remedy } = plainReasonOf(loss);
  return { ...reason, message: `${reason.message} ${message}`, remedy };
}

function plainReasonOf({ code, module, detail, while: seenWhile }: UpdateFailure): UpdateReason {
  const entry = catalogue[code];
  const activity = seenWhile ?? entry.while;
  const subject = module === null ? (entry.subject ?? 'the new revision') : `module '${module}'`;
  const why = entry.why.replace('{}', () => detail).replace(/\.$/, '');
  return {
    code,
    while: activity,
    module,
    message: `While ${activity}, ${subject} ${why}.`,
    remedy: entry.remedy,
  };
}
