// What revisions told when they were new, remembered: they have to tell the same for ever.
import { expect } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { AutomaticRecord } from '#domain/layering/automatic-record.ts';
import { createEffectiveOperations } from '#hub/preview/effective-view.ts';
import { gameDevices } from './automatic-game.ts';
import { writesNow } from './automatic-model.ts';
import { deviceId, type HubParts } from './hub-parts.ts';

function writesIn(record: AutomaticRecord): Record<string, unknown> {
  const written = Object.entries(record).filter(([, { writes: all }]) => all.length > 0);
  return Object.fromEntries(written.map(([module, { writes: all }]) => [module, all]));
}

/** Of a revision, what must not depend on when it is asked for: who wrote what, whom that hid, and every reason. */
function toldOf(parts: HubParts, device: DeviceId, revision: number) {
  const told = createEffectiveOperations(parts.store.read).effective({
    deviceId: device,
    revision,
    after: 0,
    limit: 500,
  });
  const values = told.values
    .filter(({ kind }) => kind === 'set' || kind === 'taken-away')
    .map(({ differs: _differs, actual: _actual, hidden, ...value }) => {
      return { ...value, hidden: hidden.map(({ deploymentId: hiddenId }) => hiddenId) };
    });
  const { applied, notApplied, outranked, notKnown } = told;
  return { values, applied, notApplied, outranked, notKnown };
}

/** Of one game: `note` after whatever happened, and `expectTheSame` at its end. */
export function revisionHistory(parts: HubParts) {
  const told = new Map<string, ReturnType<typeof toldOf>>();
  const reasons = { count: 0 };
  return {
    reasons,
    note(): void {
      for (const device of gameDevices.map(deviceId)) {
        const latest = parts.store.read.revisions.latest(device);
        expect(writesIn(latest?.automatic ?? {})).toEqual(writesNow(parts, device));
        if (latest === undefined || told.has(`${device} ${latest.revision}`)) continue;
        const seen = toldOf(parts, device, latest.revision);
        reasons.count += seen.notApplied.filter(({ moduleId: module }) => module !== null).length;
        told.set(`${device} ${latest.revision}`, seen);
      }
    },
    expectTheSame(): void {
      for (const [key, seen] of told) {
        const [device = '', revision] = key.split(' ');
        expect(toldOf(parts, deviceId(device), Number(revision))).toEqual(seen);
      }
    },
  };
}
