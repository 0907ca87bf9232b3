// What happened to one device, newest first, a page at a time. Documents that came with a row are cut to what a screen shows.
import type { DeviceId } from '#base/ids.ts';
import type { DeviceJournalPage, DeviceJournalRequest } from '#contract/console-device-page.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import type { StoreReaders } from '#store/store-types.ts';

/** A report may hold 32 KB, and a page two hundred of them. */
const mostCharacters = 4_096;

export function deviceJournal(
  read: Pick<StoreReaders, 'journal'>,
  deviceId: DeviceId,
  { before, limit, kinds }: DeviceJournalRequest,
): DeviceJournalPage {
  // A kind that is none finds no rows.
  const wanted = kinds.length === 0 ? undefined : (kinds as readonly JournalKind[]);
  const { entries, next } = read.journal.pageOfDevice(deviceId, { before, limit, kinds: wanted });
  const rows = entries.map((entry) => {
    const isLong = JSON.stringify(entry.detail).length > mostCharacters;
    return { ...entry, detail: isLong ? { ...withoutDocuments(entry.detail), isCut: true } : entry.detail };
  });
  return { rows, next };
}

/** The numbers, names and reasons of a row without the documents in it. */
function withoutDocuments(detail: DeviceJournalPage['rows'][number]['detail']) {
  return Object.fromEntries(
    Object.entries(detail).filter(([, value]) =>
      typeof value === 'string' ? value.length <= mostCharacters / 4 : typeof value !== 'object' || value === null,
    ),
  );
}
