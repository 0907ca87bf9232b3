// The hub's side of the port to the desktop shell, where there is one: tells how the site stands, hears of sleep and wake.
import type { Clock } from '#base/clock.ts';
import { readShellWord, type HubWord, type ShellWord } from '#contract/shell-port.ts';
import type { Hub } from '#hub/hub.ts';
import { createSiteStatusWatch, type ImageWorkNews } from '#hub/console/site-status.ts';
import type { Store } from '#store/store-types.ts';

/** The part of Electron's `process.parentPort` that is used. */
export interface ShellPort {
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): unknown;
  postMessage(word: HubWord): void;
}

/** Returns how to end it. */
export function linkShell(needs: {
  readonly port: ShellPort;
  readonly clock: Clock;
  readonly store: Store;
  readonly hub: Pick<Hub, 'operations'>;
  readonly imageWork: ImageWorkNews;
  readonly hear: (word: ShellWord) => void;
}): () => void {
  const { port, store, clock, hub, imageWork } = needs;
  port.on('message', ({ data }) => {
    const word = readShellWord(data);
    if (word !== null) needs.hear(word);
  });
  const status = createSiteStatusWatch({
    store,
    clock,
    rollouts: hub.operations.rollouts,
    imageWork,
    tell: (word) => port.postMessage(word),
  });
  status.start();
  return () => status.stop();
}
