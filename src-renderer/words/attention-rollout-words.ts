// Rollouts that need a person, in words: those that stopped, those whose plan asks for one, and those whose devices do not go on by
// themselves.
import type { AttentionMatter } from '#contract/console-site.ts';
import { sentence, type AttentionWords } from './attention-parts.ts';
import { devicePath, rolloutPath } from './paths.ts';
import { safeText } from './safe-text.ts';

type Of<Kind extends AttentionMatter['kind']> = Extract<AttentionMatter, { kind: Kind }>;

export function stoppedWords({
  deploymentId,
  status,
  reason,
  failures,
  devices,
  isByPerson,
}: Of<'rollout-stopped'>): AttentionWords {
  const name = safeText(deploymentId);
  const path = rolloutPath(deploymentId);
  const words = { paused: 'is paused', 'rolling-back': 'is rolling back', 'rolled-back': 'was rolled back' }[status];
  const failed = failures === 0 ? '' : ` ${failures} of ${devices} failed.`;
  const stopped = status === 'paused' ? 'No further device is begun until a person lets it go on.' : null;
  return {
    what: `The rollout of ${name} ${words}: ${sentence(reason)}${failed}`,
    where: [{ word: name, path }],
    more: null,
    done: isByPerson ? null : stopped,
    next: { word: status === 'paused' ? 'Decide how it goes on' : 'See what came of it', path },
  };
}

export function waitingWords({ deploymentId, name, number, waves, after }: Of<'rollout-waits'>): AttentionWords {
  const path = rolloutPath(deploymentId);
  const id = safeText(deploymentId);
  return {
    what: `The rollout of ${id} waits for you: wave ${number} of ${waves} (${safeText(name)}) may be opened.`,
    where: [{ word: id, path }],
    more: null,
    done: `Wave ${safeText(after)} did as planned. No device of the next one begins until it is opened.`,
    next: { word: 'Open the next wave', path },
  };
}

type CallKind = 'rollout-person-now' | 'rollout-held' | 'rollout-asleep' | 'rollout-silent';

/** Of a rollout that is not stopped: which of its devices do not go on without a person, and why. */
export function callWords(matter: Of<CallKind>): AttentionWords {
  const { deploymentId, devices, deviceIds } = matter;
  const id = safeText(deploymentId);
  const path = rolloutPath(deploymentId);
  const named = deviceIds.map((deviceId) => ({ word: safeText(deviceId), path: devicePath(deviceId) }));
  const rest = named.length === 0 ? 0 : devices - named.length;
  return {
    where: [{ word: id, path }, ...named],
    more: rest === 0 ? null : { word: `and ${rest} more`, path },
    ...callSentences(matter, `The rollout of ${id}`, path),
  };
}

function callSentences(
  matter: Of<CallKind>,
  rollout: string,
  path: string,
): Pick<AttentionWords, 'what' | 'done' | 'next'> {
  const { devices } = matter;
  const isOne = devices === 1;
  const many = isOne ? '1 device' : `${devices} devices`;
  switch (matter.kind) {
    case 'rollout-person-now':
      return {
        what: `${rollout} waits for your now: ${many} ${isOne ? 'has all it needs and holds its switch' : 'have all they need and hold their switch'}.`,
        done: `${isOne ? 'It runs' : 'They run'} what ${isOne ? 'it' : 'they'} ran before until then.`,
        next: { word: 'Let them switch', path },
      };
    case 'rollout-held': {
      const { behind, held, reason } = matter;
      const waiting =
        behind === 0 ? '' : ` ${behind} more ${behind === 1 ? 'waits' : 'wait'} behind ${isOne ? 'it' : 'them'}.`;
      return {
        what: `${rollout} stands still: ${many} ${isOne ? 'does' : 'do'} not go on. ${sentence(reason)}${waiting}`,
        done:
          held > 0
            ? 'A lock or a hook of a module holds a switch as long as it says; nothing of the device is changed until then.'
            : null,
        next: { word: 'See what would move it on', path },
      };
    }
    case 'rollout-asleep':
      return {
        what: `${rollout} stands still: all of wave ${safeText(matter.name)} is switched off, ${many}.`,
        done: `Nobody knows whether it runs well, so that wave ${matter.number} of ${matter.waves} does not open by itself.`,
        next: { word: 'Wake one, or open the next wave', path },
      };
    case 'rollout-silent': {
      const { succeeded } = matter;
      return {
        what: `${rollout}: ${many} fell silent while in change and ${isOne ? 'is' : 'are'} not back; ${succeeded} succeeded.`,
        done: `${isOne ? 'It counts' : 'They count'} for nothing meanwhile: gates open and the stop rule judges without ${isOne ? 'it' : 'them'}.`,
        next: { word: 'Decide whether it goes on', path },
      };
    }
  }
}
