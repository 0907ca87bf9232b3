// The site in a few numbers, for the system's tray and notifications: kept from what is committed, told at most once a second and
// only when it changed. Nobody pays for it where nobody listens: only a desktop shell starts it.
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import { longestSubject, type HubWord, type SiteStatus, type ToldImageWork } from '#contract/shell-port.ts';
import type { RolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { createRolloutOutcomes } from '#hub/rollouts/rollout-outcomes.ts';
import { createPace } from '#hub/turns/pace.ts';
import { createPortion } from '#hub/turns/turns.ts';
import type { Store } from '#store/store-types.ts';
import { deviceRow } from './console-rows.ts';

const everyMs = 1_000;
const pageSize = 200;

type Standing = 'connected' | 'failing' | 'away';

/** The work with images that goes on. */
export interface ImageWorkNews {
  underWay(): readonly ToldImageWork[];
  /** Returns how to end it. */
  onChange(listener: () => void): () => void;
}

export interface SiteStatusWatch {
  start(): void;
  stop(): void;
}

export function createSiteStatusWatch(needs: {
  readonly store: Pick<Store, 'read' | 'onCommitted'>;
  readonly clock: Clock;
  readonly rollouts: Pick<RolloutOperations, 'rollout' | 'rollouts'>;
  readonly imageWork: ImageWorkNews;
  readonly tell: (word: HubWord) => void;
}): SiteStatusWatch {
  const { store, clock, imageWork, tell } = needs;
  const tally = createDeviceTally(needs);
  const outcomes = createRolloutOutcomes({ ...needs, read: store.read });
  const pace = createPace({ clock, everyMs, work: look });
  let told: SiteStatus | null = null;
  let stopListening: readonly (() => void)[] = [];
  let cancelTurn: (() => void) | null = null;

  function look(): void {
    cancelTurn = null;
    // A fleet is counted in portions, and told when it is.
    if (!tally.catchUp()) {
      cancelTurn = clock.after(0, look);
      return;
    }
    const { open, told: rollouts, news } = outcomes.look();
    const status: SiteStatus = {
      kind: 'site-status',
      devices: tally.counts(),
      openRollouts: open,
      rollouts: [...rollouts],
      imageWork: imageWork.underWay().map(({ kind, subject }) => ({ kind, subject: subject.slice(0, longestSubject) })),
    };
    if (!isDeepStrictEqual(status, told)) tell(status);
    told = status;
    for (const word of news) tell(word);
  }

  // A count of the fleet that is under way looks by itself when it is done.
  function askForLook(): void {
    if (cancelTurn === null) pace.ask();
  }

  return {
    start() {
      stopListening = [
        store.onCommitted((entries) => {
          for (const { deviceId } of entries) if (deviceId !== null) tally.note(deviceId);
          askForLook();
        }),
        imageWork.onChange(askForLook),
      ];
      pace.ask();
    },
    stop() {
      for (const stop of stopListening) stop();
      pace.cancel();
      cancelTurn?.();
    },
  };
}

/** How many devices stand how; a device counts as it stood when it was last looked at. */
function createDeviceTally({ store, clock }: { readonly store: Pick<Store, 'read'>; readonly clock: Clock }) {
  const { read } = store;
  const standings = new Map<DeviceId, Standing>();
  const noted = new Set<DeviceId>();
  const counts = { connected: 0, failing: 0, away: 0 };
  /** Where the first walk over all devices is; null: it is over. */
  let walk: { after: DeviceId | undefined } | null = { after: undefined };

  function takePage(from: { after: DeviceId | undefined }): void {
    const page = read.devices.list({ after: from.after, limit: pageSize });
    for (const { deviceId } of page) noted.add(deviceId);
    const last = page.at(-1);
    walk = last === undefined || page.length < pageSize ? null : { after: last.deviceId };
  }

  function stand(deviceId: DeviceId): void {
    const row = deviceRow(read, deviceId);
    const before = standings.get(deviceId);
    if (before !== undefined) counts[before] -= 1;
    if (row === undefined) {
      standings.delete(deviceId);
      return;
    }
    const now = row.state === 'failing' ? 'failing' : row.connected ? 'connected' : 'away';
    standings.set(deviceId, now);
    counts[now] += 1;
  }

  return {
    note: (deviceId: DeviceId): void => void noted.add(deviceId),
    /** For a few milliseconds; true: all that is noted is counted. */
    catchUp(): boolean {
      const portion = createPortion(clock);
      while (!portion.isOver()) {
        const [deviceId] = noted;
        if (deviceId !== undefined) {
          noted.delete(deviceId);
          stand(deviceId);
        } else if (walk === null) return true;
        else takePage(walk);
      }
      return noted.size === 0 && walk === null;
    },
    // One that fails is connected: only of those can it be said.
    counts: () => ({ all: standings.size, connected: counts.connected + counts.failing, failing: counts.failing }),
  };
}
