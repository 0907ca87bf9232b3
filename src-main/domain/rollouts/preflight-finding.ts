// What a preflight answers: six questions, each with a sentence, also where nothing stands in the way and where nobody looked.
import type { PreflightAnswer } from './rollout-event.ts';

/** In the order in which they are told. */
export const preflightQuestions = ['awake', 'base', 'architecture', 'image', 'disk', 'ports'] as const;
export type PreflightQuestion = (typeof preflightQuestions)[number];

export interface PreflightFinding {
  readonly question: PreflightQuestion;
  /** `unseen`: it was not looked at, or could not be seen; it holds nobody back. */
  readonly state: 'good' | 'bad' | 'unseen';
  /** One; of `bad` all that stands in the way. */
  readonly sentences: readonly string[];
}

export interface PreflightReport {
  readonly answer: PreflightAnswer;
  /** One of each question; none where the deployment is not for the device at all. */
  readonly findings: readonly PreflightFinding[];
  /** What is to be known of the whole, although it holds nobody back. */
  readonly alsoTold: readonly string[];
}

/** Nobody reads more, and they are journaled each time. */
const mostObstacles = 20;

export function reportOf(findings: readonly PreflightFinding[], alsoTold: readonly string[] = []): PreflightReport {
  const told = findings.map((finding) => ({ ...finding, sentences: cut(finding.sentences) }));
  return { answer: answerOf(findings), findings: told, alsoTold };
}

function cut(sentences: readonly string[]): readonly string[] {
  const more = sentences.length - mostObstacles;
  return more > 0 ? [...sentences.slice(0, mostObstacles), `And ${more} more.`] : sentences;
}

/** Of an architecture that does not fit: never. Of all else that stands in the way: wait. */
function answerOf(findings: readonly PreflightFinding[]): PreflightAnswer {
  const inTheWay = findings.filter(({ state }) => state === 'bad');
  const [reason] = inTheWay.find(({ question }) => question === 'architecture')?.sentences ?? [];
  if (reason !== undefined) return { kind: 'never', reason };
  const obstacles = inTheWay.flatMap(({ sentences }) => sentences);
  return obstacles.length === 0 ? { kind: 'go' } : { kind: 'wait', obstacles: cut(obstacles) };
}

export function good(question: PreflightQuestion, sentence: string): PreflightFinding {
  return { question, state: 'good', sentences: [sentence] };
}

export function bad(question: PreflightQuestion, sentences: readonly string[]): PreflightFinding {
  return { question, state: 'bad', sentences };
}

const names: Readonly<Record<PreflightQuestion, string>> = {
  awake: 'Whether it is connected was',
  base: 'Its base was',
  architecture: 'Its architecture was',
  image: 'Its images were',
  disk: 'Its disk was',
  ports: 'Its ports were',
};

/** `because` without a full stop. Disk, 'it does not say how much room it has' → "Its disk was not looked at: it does not …". */
export function unseen(question: PreflightQuestion, because: string): PreflightFinding {
  return { question, state: 'unseen', sentences: [`${names[question]} not looked at: ${because}.`] };
}

/** What only the device knows, where it was not asked: one sentence for all of it. */
export function allUnseenText(because: string): string {
  return `Its images, disk and ports were not looked at: ${because}.`;
}
