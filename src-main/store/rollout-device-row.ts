// One device of a rollout as a row: every field of it, so that the state read back is the state that was written.
import type { DeviceId } from '#base/ids.ts';
import type { DeviceStanding, Preflight, RolloutDevice, StepTold } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { fromColumn, toColumn } from './json-column.ts';

export interface RolloutDeviceRow {
  readonly rollout_number: number;
  readonly device_id: DeviceId;
  readonly wave: number | null;
  readonly standing: DeviceStanding;
  readonly is_admitted: number;
  readonly is_awake: number;
  readonly is_up: number;
  readonly attempt: number;
  readonly is_changing: number;
  readonly purpose: RolloutDevice['purpose'];
  readonly report_number: number;
  readonly deadline_run_ms: number | null;
  readonly started_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly bytes_done: number;
  readonly bytes_total: number;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
  readonly preflight: string | null;
  readonly groups: string;
  readonly failures: number;
  readonly changed_by: string | null;
  readonly is_gone: number;
  readonly told: string | null;
}

export function toRolloutDevice(row: RolloutDeviceRow): RolloutDevice {
  return {
    wave: row.wave,
    standing: row.standing,
    isAdmitted: row.is_admitted === 1,
    isAwake: row.is_awake === 1,
    isUp: row.is_up === 1,
    attempt: row.attempt,
    isChanging: row.is_changing === 1,
    purpose: row.purpose,
    reportNumber: row.report_number,
    deadlineRunMs: row.deadline_run_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    bytes: { done: row.bytes_done, total: row.bytes_total },
    verdict: row.verdict,
    reason: row.reason,
    preflight: row.preflight === null ? null : (fromColumn(row.preflight) as Preflight),
    groups: row.groups === '[]' ? [] : (fromColumn(row.groups) as string[]),
    failures: row.failures,
    changedBy: row.changed_by === null ? null : (fromColumn(row.changed_by) as RolloutDevice['changedBy']),
    isGone: row.is_gone === 1,
    told: row.told === null ? null : (fromColumn(row.told) as StepTold),
  };
}

/** In the order of the columns: binding by name costs as much again as the write. */
export function deviceParameters(number: number, deviceId: DeviceId, device: RolloutDevice): readonly unknown[] {
  return [
    number,
    deviceId,
    device.wave,
    device.standing,
    device.isAdmitted ? 1 : 0,
    device.isAwake ? 1 : 0,
    device.isUp ? 1 : 0,
    device.attempt,
    device.isChanging ? 1 : 0,
    device.purpose,
    device.reportNumber,
    device.deadlineRunMs,
    device.startedAtMs,
    device.endedAtMs,
    device.bytes.done,
    device.bytes.total,
    device.verdict,
    device.reason,
    device.preflight === null ? null : toColumn(device.preflight),
    device.groups.length === 0 ? '[]' : toColumn(device.groups),
    device.failures,
    device.changedBy === null ? null : toColumn(device.changedBy),
    device.isGone ? 1 : 0,
    device.told === null ? null : toColumn(device.told),
  ];
}
