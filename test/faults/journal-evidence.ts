// What the journal of a stopped hub says about reports: the evidence that devices' own notes are compared with.
import type { ReportingDevice } from './reporting-device.ts';
import { openSiteStore } from '#test/support/seed-site.ts';

export interface JournalEvidence {
  readonly integrity: 'ok' | readonly string[];
  readonly firstBrokenSeq: number | null;
  /** Device id → number of the report → how many journal rows it has. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Device id → `$version` of its reported section. */
  readonly reportedVersions: ReadonlyMap<string, number>;
}

export async function readEvidence(dataDir: string, devices: readonly ReportingDevice[]): Promise<JournalEvidence> {
  const store = openSiteStore(dataDir);
  try {
    const rows = new Map<string, Map<number, number>>(devices.map(({ deviceId }) => [deviceId, new Map()]));
    for (let after = 0, isMore = true; isMore;) {
      const page = store.read.journal.list({ after, limit: 10_000 });
      for (const { kind, deviceId, detail } of page) {
        const ofDevice = kind === 'reported-changed' && deviceId !== null ? rows.get(deviceId) : undefined;
        const { number } = (detail['patch'] ?? {}) as { readonly number?: number };
        if (ofDevice !== undefined && number !== undefined) ofDevice.set(number, (ofDevice.get(number) ?? 0) + 1);
      }
      after = page.at(-1)?.seq ?? after;
      isMore = page.length > 0;
    }
    const versions = devices.map(({ deviceId }): [string, number] => {
      const twin = store.read.twins.get({ deviceId, moduleId: null });
      return [deviceId, twin?.reported.version ?? 0];
    });
    return {
      integrity: await store.checkIntegrity(),
      firstBrokenSeq: await store.read.journal.findBrokenSeq(),
      rows,
      reportedVersions: new Map(versions),
    };
  } finally {
    store.close();
  }
}

/**
 * Where notes and journal disagree, in words; nothing when every promise was kept.
 *
 * An acknowledged report is there once, also where its acknowledgement was lost with the connection and it was sent again;
 * one that was never acknowledged is there once or not at all.
 */
export function disagreements(devices: readonly ReportingDevice[], evidence: JournalEvidence): readonly string[] {
  return devices.flatMap(({ deviceId, sent, acknowledged }) => {
    const rows = evidence.rows.get(deviceId) ?? new Map<number, number>();
    const found: string[] = [];
    for (const [number] of sent) {
      const count = rows.get(number) ?? 0;
      if (acknowledged.has(number) && count === 0)
        found.push(`${deviceId}: report ${number} was acknowledged and is lost`);
      if (count > 1) found.push(`${deviceId}: report ${number} is there ${count} times`);
    }
    for (const number of rows.keys())
      if (!sent.has(number)) found.push(`${deviceId}: report ${number} is there and was never sent`);
    const total = [...rows.values()].reduce((sum, count) => sum + count, 0);
    const version = evidence.reportedVersions.get(deviceId) ?? 0;
    if (version !== total + 1) found.push(`${deviceId}: ${total} rows, but its reported $version is ${version}`);
    return found;
  });
}
