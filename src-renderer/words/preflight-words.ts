// A preflight in words: its answer, its six questions, and in one line which of them were looked at.
import type { PreflightRow } from '#contract/console-preflights.ts';
import type { PreflightFinding, PreflightQuestion } from '#domain/rollouts/preflight-finding.ts';
import { standingWords } from './rollout-words.ts';
import type { StatusWords } from './status-words.ts';

export const preflightAnswerWords: Readonly<Record<PreflightRow['answer'], StatusWords>> = {
  go: { word: 'Can begin', meaning: 'Nothing stands in its way.', color: 'green', icon: 'good' },
  wait: { word: 'Would wait', meaning: 'Until what stands in its way is mended.', color: 'orange', icon: 'clock' },
  never: standingWords['not-applicable'],
};

const questions: Readonly<Record<PreflightQuestion, string>> = {
  awake: 'Awake',
  base: 'Base',
  architecture: 'Architecture',
  image: 'Images',
  disk: 'Disk',
  ports: 'Ports',
};

const states: Readonly<Record<PreflightFinding['state'], Omit<StatusWords, 'word'>>> = {
  good: { meaning: 'Nothing stands in its way.', color: 'green', icon: 'good' },
  bad: { meaning: 'This stands in its way.', color: 'orange', icon: 'bad' },
  unseen: { meaning: 'It was not looked at, and holds nobody back.', color: 'gray', icon: 'none' },
};

export function preflightFindingWords({ question, state }: PreflightFinding): StatusWords {
  return { word: questions[question], ...states[state] };
}

/** "All six looked at: awake, base, …", or "5 of 6 looked at; not disk". */
export function lookedAtInWords(findings: readonly PreflightFinding[]): string {
  const unseen = findings.filter(({ state }) => state === 'unseen');
  if (unseen.length === 0) return `All six looked at: ${namesOf(findings)}`;
  return `${findings.length - unseen.length} of ${findings.length} looked at; not ${namesOf(unseen)}`;
}

function namesOf(findings: readonly PreflightFinding[]): string {
  const names = findings.map(({ question }) => questions[question].toLowerCase());
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}
