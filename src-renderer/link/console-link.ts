// Keeps the projection true to the hub: a snapshot whenever a subscription begins or a flush is missing, flushes in between,
// and the one device that is looked at read again whenever it changed.
import type { PageRequest } from '#contract/console-inputs.ts';
import type {
  ConsoleEvent,
  ConsoleFlush,
  DeploymentPage,
  DeviceDetail,
  DevicePage,
  RolloutPage,
} from '#contract/console-rows.ts';
import { largestDevicePage, largestPage } from '#contract/console-rows.ts';
import type { Beat } from './beat.ts';
import { hasGap, type Projection, type ProjectionEvent } from './projection.ts';

// The first page is what is looked at: it comes soon. The rest comes in few round trips, each drawn once.
const firstPage = 50;
const resubscribeAfterMs = 1_000;

export interface ConsoleApi {
  devices(page: PageRequest): Promise<DevicePage>;
  deployments(page: PageRequest): Promise<DeploymentPage>;
  rollouts(page: PageRequest): Promise<RolloutPage>;
  device(deviceId: string): Promise<DeviceDetail | null>;
  follow(on: { readonly onEvent: (event: ConsoleEvent) => void; readonly onEnd: () => void }): () => void;
}

export interface ConsoleLink {
  start(): void;
  stop(): void;
  /** The device that is looked at; null for none. */
  watchDevice(deviceId: string | null): void;
}

export function createConsoleLink(needs: {
  readonly api: ConsoleApi;
  readonly dispatch: (event: ProjectionEvent) => void;
  readonly projection: () => Projection;
  readonly after: (delayMs: number, work: () => void) => void;
  readonly join: Beat['join'];
}): ConsoleLink {
  const { api, dispatch, projection } = needs;
  let snapshot = 0;
  let stopFollowing: (() => void) | null = null;
  let isStopped = false;
  const watched = createWatch(needs);

  function follow(): void {
    if (isStopped) return;
    stopFollowing = api.follow({ onEvent, onEnd: () => needs.after(resubscribeAfterMs, follow) });
  }

  function onEvent(event: ConsoleEvent): void {
    if (event.type === 'hello') {
      dispatch({ type: 'snapshot-began', number: event.number, site: event.site });
      dispatch({ type: 'journal-told', brokenSeq: event.journalBrokenSeq });
      void takeSnapshot();
      return;
    }
    const isMissing = hasGap(projection(), event);
    if (isMissing) dispatch({ type: 'snapshot-began', number: event.number, site: null });
    dispatch({ type: 'flushed', flush: event });
    if (isMissing) void takeSnapshot();
    else if (touches(event, watched.deviceId())) watched.refresh();
  }

  async function takeSnapshot(): Promise<void> {
    snapshot += 1;
    const mine = snapshot;
    const isCurrent = () => mine === snapshot;
    watched.refresh();
    // When the connection went, the hello of the next one starts over; when the hub could not answer, it is asked again.
    try {
      // Beside one another: the counts of deployments wait until the hub has looked at every device.
      await Promise.all([
        readPages((page) => api.devices(page), {
          isCurrent,
          limit: largestDevicePage,
          onPage: (page) => dispatch({ type: 'devices-read', page }),
        }),
        readPages((page) => api.deployments(page), {
          isCurrent,
          limit: largestPage,
          onPage: (page) => dispatch({ type: 'deployments-read', page }),
        }),
        readPages((page) => api.rollouts(page), {
          isCurrent,
          limit: largestPage,
          onPage: (page) => dispatch({ type: 'rollouts-read', page }),
        }),
      ]);
    } catch {
      needs.after(resubscribeAfterMs, () => {
        if (isCurrent()) void takeSnapshot();
      });
      return;
    }
    if (isCurrent()) dispatch({ type: 'snapshot-completed' });
  }

  return {
    start: follow,
    stop() {
      isStopped = true;
      snapshot += 1;
      stopFollowing?.();
    },
    watchDevice: (deviceId) => watched.set(deviceId),
  };
}

function touches(flush: ConsoleFlush, deviceId: string | null): boolean {
  return (
    deviceId !== null &&
    (flush.removedDevices.includes(deviceId) || flush.devices.some((row) => row.deviceId === deviceId))
  );
}

async function readPages<Page extends { readonly next: string | null }>(
  read: (page: PageRequest) => Promise<Page>,
  {
    isCurrent,
    limit,
    onPage,
  }: { readonly isCurrent: () => boolean; readonly limit: number; readonly onPage: (page: Page) => void },
): Promise<void> {
  let after: string | null = null;
  do {
    // Pages follow one another: each starts where the one before ended.
    const page: Page = await read({ after, limit: after === null ? firstPage : limit });
    if (!isCurrent()) return;
    onPage(page);
    after = page.next;
  } while (after !== null);
}

/** Reads the watched device, one read at a time; asked meanwhile, it reads once more at the end. */
function createWatch({
  api,
  dispatch,
  join,
}: Pick<Parameters<typeof createConsoleLink>[0], 'api' | 'dispatch' | 'join'>) {
  let deviceId: string | null = null;
  let shown: string | null = null;
  let isReading = false;
  let isAskedAgain = false;

  async function read(id: string): Promise<void> {
    isReading = true;
    // As above: a lost connection is answered by the snapshot that follows it.
    try {
      const detail = await api.device(id);
      // The first is waited for; what it is from then on comes with all other news.
      if (id === shown) join(() => show(id, detail));
      else show(id, detail);
    } catch {
      isAskedAgain = false;
    }
    isReading = false;
    if (isAskedAgain) refresh();
  }

  function show(id: string, detail: DeviceDetail | null): void {
    if (id !== deviceId) return;
    shown = id;
    dispatch({ type: 'device-read', deviceId: id, detail });
  }

  function refresh(): void {
    isAskedAgain = isReading;
    if (!isReading && deviceId !== null) void read(deviceId);
  }

  return {
    deviceId: () => deviceId,
    refresh,
    set(next: string | null) {
      if (next === deviceId) return;
      deviceId = next;
      shown = null;
      refresh();
    },
  };
}
