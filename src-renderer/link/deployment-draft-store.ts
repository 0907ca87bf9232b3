// The deployment that is being written: kept in this browser, so that leaving the screen or a reload loses nothing, and handed
// from the editor to whoever makes a rollout of it. Passwords are this window's alone: a draft that is taken up again has none.
import type { Json } from '#base/json.ts';
import { withoutPasswords } from './draft-passwords.ts';
import { createKept, fieldOf } from './kept.ts';

/** What a rollout is made with, as `createRollout` takes it. */
export interface DeploymentDraft {
  readonly id: string;
  readonly priority: number;
  readonly targetCondition: string;
  readonly labels: Readonly<Record<string, string>> | null;
  /** `modulesContent`. */
  readonly content: Json;
}

interface DraftState {
  /** The document as it is written, JSON or not; null: none is. */
  readonly text: string | null;
  /** What it was begun with: `template=base`, `from=site-base`, '' for nothing. */
  readonly origin: string;
  readonly changedAtMs: number;
  /** Checked and meant to be rolled out; null while it is only written. */
  readonly forRollout: DeploymentDraft | null;
}

const noDraft: DraftState = { text: null, origin: '', changedAtMs: 0, forRollout: null };

export const useDeploymentDraft = createKept<DraftState>('lanyard.deployment-draft', readKept, fitToRest);

function readKept(kept: unknown): DraftState {
  const [text, origin, changedAtMs] = [fieldOf(kept, 'text'), fieldOf(kept, 'origin'), fieldOf(kept, 'changedAtMs')];
  if (typeof text !== 'string' || typeof origin !== 'string' || typeof changedAtMs !== 'number') return noDraft;
  return { text, origin, changedAtMs, forRollout: draftOf(fieldOf(kept, 'forRollout')) };
}

/** One to be rolled out is whole or not there: half of it would be rolled out. */
export function fitToRest(state: DraftState): DraftState {
  const { text, forRollout } = state;
  const content = JSON.stringify(forRollout?.content ?? null);
  return {
    ...state,
    text: text === null ? null : withoutPasswords(text),
    forRollout: withoutPasswords(content) === content ? forRollout : null,
  };
}

function draftOf(kept: unknown): DeploymentDraft | null {
  const [id, priority, condition] = ['id', 'priority', 'targetCondition'].map((name) => fieldOf(kept, name));
  const content = fieldOf(kept, 'content');
  const isDraft = typeof id === 'string' && typeof priority === 'number' && typeof condition === 'string';
  // What a rollout may be made with is the hub's to say: here it is only known to be one of ours.
  return isDraft && content !== undefined ? (kept as DeploymentDraft) : null;
}

export function keepDraft(text: string, origin: string): void {
  useDeploymentDraft.setState({ text, origin, changedAtMs: Date.now(), forRollout: null });
}

/** The editor's: whoever makes the rollout reads `forRollout`, and calls `forgetDraft` when it is made. */
export function handToRollout(draft: DeploymentDraft): void {
  useDeploymentDraft.setState({ forRollout: draft });
}

export function forgetDraft(): void {
  useDeploymentDraft.setState(noDraft, true);
}
