// What needs a person, the worst first. Looked at only while somebody follows: at most once a second after something changed, and
// every ten seconds for what changes by itself. Long looks go in turns, for the hub has devices to serve.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { AppError } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { Attention, AttentionItem, AttentionLevel, AttentionMatter, ConsoleSite } from '#contract/console-site.ts';
import { createPace } from '#hub/turns/pace.ts';
import type { Store } from '#store/store-types.ts';
import { attentionOfClocks } from './attention-clocks.ts';
import { createAttentionDevices, offlineForMs } from './attention-devices.ts';
import { createAttentionEvents } from './attention-events.ts';
import { createAttentionMachine } from './attention-machine.ts';
import { attentionOfRollouts } from './attention-rollouts.ts';
import type { DeviceClocks } from './device-clocks.ts';
import { createLatestNews } from './latest-news.ts';

const tellEveryMs = 1_000;
const lookEveryMs = 10_000;
const mostTold = 100;

export interface AttentionWatch {
  start(): void;
  stop(): void;
  readonly follow: ConsoleSite['followAttention'];
}

interface AttentionParts {
  readonly store: Pick<Store, 'read' | 'onCommitted'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataDir: string;
  readonly failureOf: (deviceId: DeviceId) => AppError | undefined;
  readonly clocks: Pick<DeviceClocks, 'all'>;
}

export function createAttentionWatch(parts: AttentionParts): AttentionWatch {
  const { store, clock } = parts;
  const matters = createMatters(parts);
  const news = createLatestNews<Attention>({ onFollowed: lookOn, onLeft: end });
  const pace = createPace({ clock, everyMs: tellEveryMs, work: look });
  let toldAtMs = -Infinity;
  let stopListening: (() => void) | null = null;
  let cancelTurn: (() => void) | null = null;
  let cancelLook: (() => void) | null = null;

  function lookOn(): void {
    void matters.measure().then(() => news.isFollowed() && pace.ask());
    cancelLook = clock.after(lookEveryMs, lookOn);
  }

  function end(): void {
    for (const cancel of [cancelTurn, cancelLook]) cancel?.();
    cancelTurn = null;
    pace.cancel();
    matters.clear();
  }

  function look(): void {
    cancelTurn = null;
    const isComplete = matters.catchUp();
    if (!isComplete) cancelTurn = clock.after(0, look);
    // What is known is told once a second, however long the rest takes.
    if (!isComplete && clock.monotonicMs() < toldAtMs + tellEveryMs) return;
    toldAtMs = clock.monotonicMs();
    const items = matters.items();
    news.tell({ items: items.slice(0, mostTold), untold: Math.max(0, items.length - mostTold), isComplete });
  }

  return {
    start() {
      stopListening = store.onCommitted((entries) => {
        if (!news.isFollowed()) return;
        matters.note(entries);
        if (cancelTurn === null) pace.ask();
      });
    },
    stop() {
      stopListening?.();
      end();
      news.stop();
    },
    follow: (follower) => news.follow(follower),
  };
}

/** All that is looked at, put together. */
function createMatters(parts: AttentionParts) {
  const { store, clock } = parts;
  const devices = createAttentionDevices({ ...parts, read: store.read });
  const events = createAttentionEvents({ read: store.read, clock });
  const machine = createAttentionMachine(parts);
  const startedAtMs = clock.nowMs();
  return {
    /** What changes without a row of the journal. */
    measure(): Promise<void> {
      devices.noteRefused();
      return machine.measure();
    },
    note(entries: Parameters<typeof events.note>[0]): void {
      events.note(entries);
      for (const { deviceId } of entries) if (deviceId !== null) devices.note(deviceId);
    },
    catchUp: (): boolean => events.catchUp() && devices.catchUp(),
    items(): readonly AttentionItem[] {
      const nowMs = clock.nowMs();
      // While the hub did not run, nobody could reach it.
      const outSinceMs = nowMs - startedAtMs < offlineForMs ? -Infinity : nowMs - offlineForMs;
      const rollouts = attentionOfRollouts(store.read, nowMs);
      const clocks = attentionOfClocks(parts.clocks.all());
      const all = [...machine.items(), ...events.items(), ...rollouts, ...clocks, ...devices.items(outSinceMs)];
      return all.toSorted(worstFirst);
    },
    clear(): void {
      devices.clear();
      events.clear();
    },
  };
}

const levels: readonly AttentionLevel[] = ['urgent', 'warning', 'note'];
/** Within a level: what endangers the site before what endangers devices, those before one device. */
const order: readonly AttentionMatter['kind'][] = [
  'journal-broken',
  'changes-lost',
  'disk-low',
  'certificate-ending',
  'file-unread',
  'rollout-stopped',
  'rollout-silent',
  'rollout-held',
  'rollout-asleep',
  'rollout-person-now',
  'rollout-waits',
  'configuration-refused',
  'devices-failing',
  'images-damaged',
  'clock-jumped',
  'clocks-off',
  'identity-contested',
  'connections-refused',
  'devices-offline',
];

function worstFirst(left: AttentionItem, right: AttentionItem): number {
  return (
    levels.indexOf(left.level) - levels.indexOf(right.level) ||
    order.indexOf(left.matter.kind) - order.indexOf(right.matter.kind) ||
    devicesIn(right) - devicesIn(left) ||
    (right.sinceMs ?? 0) - (left.sinceMs ?? 0)
  );
}

function devicesIn({ matter }: AttentionItem): number {
  return 'devices' in matter ? matter.devices : 0;
}
