// The devices that a condition means, as the hub answers it: page after page, told as far as they came, and ended when asked.
import { create } from 'zustand';
import type { HubClient } from '#renderer/link/console-client.ts';

const atOnce = 1_000;

interface ConditionAnswer {
  readonly condition: string;
  /** As far as they came. */
  readonly deviceIds: ReadonlySet<string>;
  /** `stopped`: by a person, so there may be more. */
  readonly state: 'asking' | 'whole' | 'stopped' | 'failed';
  readonly askedAtMs: number;
  readonly problem: string | null;
}

interface Asked {
  readonly answer: ConditionAnswer | null;
  /** Ends the question that is under way. */
  readonly asking: AbortController | null;
}

/** Outlives the screen: a list that is come back to is there at once. */
export const useConditionAnswer = create<Asked>(() => ({ answer: null, asking: null }));

/** Ends what is under way and asks anew; what was known of the same condition stays until the new answer is whole. */
export async function askCondition(client: HubClient, condition: string): Promise<void> {
  stopAsking();
  const mine = new AbortController();
  const isMine = () => useConditionAnswer.getState().asking === mine;
  useConditionAnswer.setState({ asking: mine });
  const known = useConditionAnswer.getState().answer;
  const before = known?.condition === condition && known.state === 'whole' ? known.deviceIds : null;
  const askedAtMs = Date.now();
  const tell = (found: ReadonlySet<string>, state: ConditionAnswer['state'], problem: string | null = null) =>
    useConditionAnswer.setState({
      answer: { condition, deviceIds: state === 'asking' ? (before ?? found) : found, state, askedAtMs, problem },
    });
  let found: ReadonlySet<string> = new Set();
  tell(found, 'asking');
  // The edge of what was typed: the words go where the person looks.
  try {
    for (let after: string | null = null; ;) {
      const page = await client.deviceMatches.query({ condition, after, limit: atOnce }, { signal: mine.signal });
      if (!isMine()) return;
      if (!page.ok) {
        tell(found, 'failed', page.problems.map(({ message }) => message).join(' '));
        return;
      }
      found = new Set([...found, ...page.deviceIds]);
      after = page.next;
      tell(found, after === null ? 'whole' : 'asking');
      if (after === null) return;
    }
  } catch (error) {
    if (!isMine()) return;
    if (mine.signal.aborted) tell(found, 'stopped');
    else tell(found, 'failed', error instanceof Error ? error.message : String(error));
  }
}

/** What came until now stays. */
export function stopAsking(): void {
  useConditionAnswer.getState().asking?.abort();
}

export function forgetCondition(): void {
  stopAsking();
  useConditionAnswer.setState({ answer: null, asking: null });
}
