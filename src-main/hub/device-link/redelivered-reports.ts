// A report whose acknowledgement was lost comes again when its device is back, after a hub that was killed as well. It must
// not be taken twice, so the first reports of a session are compared with what the journal has of the device.
// MQTT's DUP flag is no help (MQTT.js sends again without it), the name of the request is: most SDKs make it a UUID. One that
// merely counts begins anew with its process, so its reports are taken at least once, as MQTT promises, and not compared.
import type { Clock } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import { isJsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { DeviceSession } from './device-session.ts';

export interface RedeliveredReports {
  /** The version that the very same report led to before; null when it is a new one. To be asked inside the transaction. */
  versionTaken(session: DeviceSession, requestId: string, patch: JsonObject): number | null;
}

/** What the first reports of a session are compared with, and until when. */
interface Comparison {
  readonly endsAtMs: number;
  names: ReadonlySet<string>;
}

interface TakenReport {
  readonly patch: JsonObject;
  readonly version: number;
}

const noNames: ReadonlySet<string> = new Set();
const shortestUniqueName = 16;
// Clients send again at once, before anything new: from the first report of a session on, by the clock that nobody sets.
const redeliveryMs = 30_000;
const reportsCompared = 256;
const rowsLookedThrough = 50_000;

export function createRedeliveredReports(parts: {
  readonly read: Pick<StoreReaders, 'journal'>;
  readonly clock: Clock;
}): RedeliveredReports {
  const { read, clock } = parts;
  const comparisons = new WeakMap<DeviceSession, Comparison>();

  function readTaken({ identity }: DeviceSession): ReadonlyMap<string, TakenReport> {
    const afterSeq = read.journal.lastSeq() - rowsLookedThrough;
    const entries = read.journal.ofDevice(identity.deviceId, reportsCompared, ['reported-changed'], afterSeq);
    const taken = new Map<string, TakenReport>();
    // Oldest first, so that of a name used twice the newer report stands.
    for (const { moduleId, detail } of entries.toReversed()) {
      const { requestId, patch, version } = detail;
      if (moduleId !== identity.moduleId || typeof requestId !== 'string') continue;
      if (isJsonObject(patch) && typeof version === 'number') taken.set(requestId, { patch, version });
    }
    return taken;
  }

  function begin(session: DeviceSession): Comparison {
    const endsAtMs = clock.monotonicMs() + redeliveryMs;
    const comparison = { endsAtMs, names: new Set(readTaken(session).keys()) };
    comparisons.set(session, comparison);
    return comparison;
  }

  return {
    versionTaken(session, requestId, patch) {
      if (requestId.length < shortestUniqueName) return null;
      const comparison = comparisons.get(session) ?? begin(session);
      if (clock.monotonicMs() > comparison.endsAtMs) comparison.names = noNames;
      if (!comparison.names.has(requestId)) return null;
      // Read anew: the transaction in which the names were read may have been undone, and what is not on disk is not taken.
      const taken = readTaken(session).get(requestId);
      return taken !== undefined && jsonEquals(taken.patch, patch) ? taken.version : null;
    },
  };
}
