// What a round says to the hub: IoT Hub's status of the newest desired section, and a note per module.
import type { Plan } from '#domain/updates/agent-plan.ts';
import type { DesiredOutcome } from '#domain/updates/agent-report.ts';
import type { ModuleSpec } from '#domain/manifests/module-spec.ts';
import type { EndedAttempt } from '#domain/updates/update-course.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { DesiredReading } from './desired-reading.ts';
import type { PullProgress } from './engine.ts';
import type { ImagePulls } from './image-pulls.ts';

/** null: still under way. */
export function outcomeOf(reading: DesiredReading, next: Plan, memory: AgentMemory): DesiredOutcome | null {
  if (reading.problem !== null) return reading.problem;
  const failures = next.failures.map(({ module, message }) => `${module}: ${message}`);
  if (memory.problem !== null) failures.unshift(memory.problem);
  const { lastAttempt } = memory.current.course;
  if (reading.isRejected && lastAttempt !== null) failures.unshift(sentenceOf(lastAttempt));
  if (failures.length > 0) return { code: 500, description: failures.join(' ') };
  return next.isApplied ? { code: 200, description: reading.termsProblem ?? '' } : null;
}

const standings: Readonly<Record<EndedAttempt['verdict'], string>> = {
  done: '',
  'failed-unchanged': 'Nothing on the device was changed.',
  'failed-rolled-back': 'The last good revision runs again.',
  'failed-left': 'There was no good revision to go back to, so it was left as it is.',
  'failed-stuck':
    'The last good revision could not be put back whole or does not run well either; the device keeps trying.',
  refused: 'Nothing on the device was changed.',
};

function sentenceOf({ verdict, reason }: EndedAttempt): string {
  return [reason?.message, standings[verdict], reason?.remedy].filter((part) => part !== undefined).join(' ');
}

export function notesOf(
  specs: readonly ModuleSpec[],
  next: Plan,
  { pulls, keyless }: { readonly pulls: ImagePulls; readonly keyless: readonly string[] },
): Record<string, string> {
  const notes = new Map<string, string>();
  for (const spec of specs) {
    const progress = pulls.progressOf(spec.image);
    if (progress !== null) notes.set(spec.name, `pulling ${spec.image}${percent(progress)}`);
    else if (keyless.includes(spec.name)) notes.set(spec.name, 'waiting for its key from the hub');
  }
  for (const { module, message } of next.failures) notes.set(module, message);
  return Object.fromEntries(notes);
}

function percent({ doneBytes, totalBytes }: PullProgress): string {
  return totalBytes === 0 ? '' : `: ${(doneBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`;
}
