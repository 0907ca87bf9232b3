// Taking away what an automatic configuration left on twins: each device is marked with a journal entry of its own, and evaluation
// does the rest. A site of thousands is marked in portions; the row that says how far it came is written in the same transaction.
import type { Portion } from '#hub/turns/turns.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import type { LeftValueClearing } from '#store/unfinished-work-types.ts';

const pageSize = 50;

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
}

/** One portion of it, as part of a change. What is left on devices that it has passed stays, as if it were asked for earlier. */
export function clearLeftValues({ read, write }: Change, clearing: LeftValueClearing, portion: Portion): void {
  const { configurationId, actor } = clearing;
  let { afterDeviceId } = clearing;
  do {
    const page = read.configurationWrites.devicesWithLeft(configurationId, { after: afterDeviceId, limit: pageSize });
    for (const deviceId of page) {
      if (write.configurationWrites.removeLeft(configurationId, deviceId))
        write.journal.append({ kind: 'configuration-cleared', actor, deviceId, deploymentId: configurationId });
      afterDeviceId = deviceId;
      if (portion.isOver()) break;
    }
    if (page.length === 0 || (page.length < pageSize && afterDeviceId === page.at(-1))) {
      write.unfinishedWork.endClearing(configurationId);
      return;
    }
  } while (!portion.isOver());
  write.unfinishedWork.setClearing({ configurationId, actor, afterDeviceId });
}
