// Asks the agent of one device what stands in the way of what it would get. An agent may answer anything, or nothing: it can hold
// back its own device, in a sentence that says so, and nobody else's.
import type { Logger } from 'pino';
import { asAppError, type AppError, type ErrorCode } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import { preflightMethod, preflightSight } from '#contract/preflight-method.ts';
import type { PreflightRequest } from '#domain/rollouts/preflight-request.ts';
import { judgeSight } from '#domain/rollouts/preflight.ts';
import {
  allUnseenText,
  unseen,
  type PreflightFinding,
  type PreflightReport,
} from '#domain/rollouts/preflight-finding.ts';
import type { PreflightAnswer } from '#domain/rollouts/rollout-event.ts';
import { childOf, numberAt, textAt } from '#domain/updates/module-standing.ts';
import { plainText } from '#domain/values/plain-text.ts';
import type { MethodOperations } from '#hub/hub-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

const agentId = '$edgeAgent' as ModuleId;

/** What another agent that took its place says of a method it does not know; IoT Edge's says 400. */
const doesNotKnow: ReadonlySet<number> = new Set([400, 404, 501]);

/**
 * Whether its agent says that it can be asked. Others are left in peace: they would refuse, or say nothing at all, and IoT Edge's
 * writes into its log what it is asked, passwords included. What an agent said that is there no more has another version.
 */
export function canBeAsked(read: StoreReaders, deviceId: DeviceId): boolean {
  const reported = read.twins.reported({ deviceId, moduleId: agentId })?.value;
  const own = childOf(reported, 'lanyard');
  const isItself = textAt(own, 'agent') === textAt(childOf(reported, 'version'), 'version');
  return isItself && numberAt(own, 'preflight') === 1;
}

export interface AskLimits {
  readonly connectWithinMs: number;
  readonly answerWithinMs: number;
}

interface AskParts {
  readonly methods: MethodOperations;
  readonly log: Logger;
  readonly limits: AskLimits;
}

export async function askDevice(
  { methods, log, limits }: AskParts,
  deviceId: DeviceId,
  request: PreflightRequest,
): Promise<PreflightReport> {
  const call = {
    name: preflightMethod,
    // A twin holds 32 KB, out of which no request becomes larger than a call can carry.
    payload: request as unknown as Json,
    responseTimeoutMs: limits.answerWithinMs,
    connectTimeoutMs: limits.connectWithinMs,
  };
  try {
    return answerOf(request, await methods.invoke({ deviceId, moduleId: agentId }, call, 'hub'));
  } catch (error) {
    // One device that cannot be asked is an answer, and never the end of the round.
    return inVain(whyNot(asAppError(error), { deviceId, log }));
  }
}

const deviceQuestions = ['architecture', 'image', 'disk', 'ports'] as const;

/** What only the device knows, where it was not asked or did not say; `because` without a full stop. */
export function unseenOnDevice(because: string): readonly PreflightFinding[] {
  return deviceQuestions.map((question) => unseen(question, because));
}

/** Its agent answers no such question, which is no obstacle. */
export function unasked(because: string): PreflightReport {
  return { answer: { kind: 'go' }, findings: unseenOnDevice(because), alsoTold: [allUnseenText(because)] };
}

export const agentSaysNothing = 'its agent answers no such questions';

function answerOf(
  request: PreflightRequest,
  { status, payload }: { readonly status: number; readonly payload: Json },
): PreflightReport {
  if (doesNotKnow.has(status)) return unasked(agentSaysNothing);
  if (status < 200 || status > 299) {
    const said = plainText(textAt(payload, 'message') ?? '') || `it answered with code ${status}`;
    return inVain(
      `It could not look whether anything stands in its way: ${said.replace(/\.*$/, '')}. Mend that on it.`,
    );
  }
  const sight = preflightSight.safeParse(payload);
  if (sight.success) return judgeSight(request, sight.data);
  return inVain(
    'It was asked whether anything stands in its way, and its answer cannot be understood: update its agent, or look at the log of it.',
  );
}

const wentAway = 'It went away while it was asked whether anything stands in its way: see that it stays connected.';
const whyNotAsked: ReadonlyMap<ErrorCode, string> = new Map([
  ['device.offline', wentAway],
  ['device.unknown', wentAway],
  [
    'method.timeout',
    'It did not answer in time whether anything stands in its way: look at the log of its agent, or restart that.',
  ],
  [
    'throttled',
    'It is asked too much at once to be asked whether anything stands in its way: wait until the other calls have ended.',
  ],
]);

function whyNot(error: AppError, { deviceId, log }: { readonly deviceId: DeviceId; readonly log: Logger }): string {
  const known = whyNotAsked.get(error.code);
  if (known === undefined) log.error({ deviceId, code: error.code, err: error }, 'a preflight could not be asked');
  return known ?? notAskedSentence;
}

export const notAskedSentence =
  'It could not be asked whether anything stands in its way, for a reason within the hub, whose log tells it: it is asked again.';

/** The sentence says itself that nothing was looked at. */
function inVain(sentence: string): PreflightReport {
  const answer: PreflightAnswer = { kind: 'wait', obstacles: [sentence] };
  return { answer, findings: unseenOnDevice('it was asked and did not say'), alsoTold: [] };
}
