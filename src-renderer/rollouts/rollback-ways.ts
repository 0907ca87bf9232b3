// The ways back, as a person chooses among them, and what each asks the hub.
import type { RollbackRequest, RollbackWay } from '#contract/console-rollbacks.ts';
import { backPolicy, firstPolicy } from './rollout-policy-draft.ts';

export const wayKinds = ['without', 'to-deployment', 'to-last-good', 'to-empty', 'to-revision'] as const;
export type WayKind = (typeof wayKinds)[number];

export const wayWords: Readonly<Record<WayKind, { readonly word: string; readonly meaning: string }>> = {
  without: { word: 'To what applies without it', meaning: 'The next lower deployment applies again, as in IoT Hub.' },
  'to-deployment': { word: 'To an earlier content', meaning: 'The content of an earlier deployment takes its place.' },
  'to-last-good': {
    word: 'To the last good',
    meaning: 'What each device ran before, unless that is known to have failed.',
  },
  'to-empty': { word: 'To nothing', meaning: 'No modules, on the runtime that is there.' },
  'to-revision': {
    word: 'One device to a past revision',
    meaning: 'One device, as it was at a moment of its own history.',
  },
};

export interface WayDraft {
  readonly kind: WayKind;
  readonly withoutBase: 'keep' | 'last-good' | 'empty';
  readonly earlierId: string;
  readonly deviceId: string;
  readonly revision: number;
  /** Null: all that it reaches. */
  readonly deviceIds: readonly string[] | null;
  /** One device first, and the rest when that went well. */
  readonly isCareful: boolean;
}

/** Null: something is yet to be chosen. */
export function rollbackRequestOf(deploymentId: string, draft: WayDraft): RollbackRequest | null {
  const way = wayOf(deploymentId, draft);
  return way === null ? null : { way, policy: draft.isCareful ? { ...firstPolicy, stop: null } : backPolicy };
}

function wayOf(deploymentId: string, draft: WayDraft): RollbackWay | null {
  const { kind, withoutBase, earlierId, deviceId, revision } = draft;
  const deviceIds = draft.deviceIds === null || draft.deviceIds.length === 0 ? null : [...draft.deviceIds];
  switch (kind) {
    case 'without':
      return { kind, deploymentId, deviceIds, withoutBase };
    case 'to-deployment':
      return earlierId === '' ? null : { kind, deploymentId, deviceIds, earlierId };
    case 'to-last-good':
    case 'to-empty':
      return { kind, deploymentId, deviceIds };
    case 'to-revision':
      return deviceId === '' || revision < 1 ? null : { kind, deviceId, revision };
  }
}
