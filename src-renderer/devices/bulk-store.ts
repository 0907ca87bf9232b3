// The same change to many devices, a few at a time: counted as it goes, stopped between two calls, and going on while other
// screens are looked at. What failed is kept by device, to be tried again alone.
import { create } from 'zustand';
import type { DeviceOutcome, DevicesChange } from '#contract/console-devices.ts';

// So many to a call: each is a transaction on the hub's disk, and between two calls a person can stop it.
const atOnce = 20;

export interface BulkTask {
  readonly id: number;
  readonly change: DevicesChange;
  readonly total: number;
  readonly done: number;
  readonly failed: readonly { readonly deviceId: string; readonly problem: string }[];
  /** `stopping`: the call under way is waited for. `stopped`: by a person, or because the hub could not be asked. */
  readonly state: 'running' | 'stopping' | 'stopped' | 'done';
  /** Not tried: it was stopped before them. */
  readonly left: readonly string[];
  /** Why it stopped by itself; null: it did not. */
  readonly problem: string | null;
}

export interface BulkApi {
  changeDevices(request: { deviceIds: string[]; change: DevicesChange }): Promise<readonly DeviceOutcome[]>;
}

export const useBulk = create<{ readonly tasks: readonly BulkTask[] }>(() => ({ tasks: [] }));

/** Resolves when it has ended, however. */
export async function startBulk(api: BulkApi, change: DevicesChange, deviceIds: readonly string[]): Promise<void> {
  const id = 1 + Math.max(0, ...useBulk.getState().tasks.map((task) => task.id));
  const begun: BulkTask = {
    id,
    change,
    total: deviceIds.length,
    done: 0,
    failed: [],
    state: 'running',
    left: deviceIds,
    problem: null,
  };
  useBulk.setState(({ tasks }) => ({ tasks: [...tasks, begun] }));
  // A lost connection ends it where it is: what was not told as done may or may not be, and is tried again by whoever asks.
  try {
    for (let at = 0; at < deviceIds.length; at += atOnce) {
      if (taskOf(id)?.state !== 'running') break;
      const outcomes = await api.changeDevices({ deviceIds: deviceIds.slice(at, at + atOnce), change });
      tell(id, (task) => ({
        done: task.done + outcomes.filter(({ problem }) => problem === null).length,
        failed: [
          ...task.failed,
          ...outcomes.flatMap(({ deviceId, problem }) => (problem === null ? [] : [{ deviceId, problem }])),
        ],
        left: deviceIds.slice(at + atOnce),
      }));
    }
  } catch (error) {
    tell(id, () => ({ problem: error instanceof Error ? error.message : String(error) }));
  }
  tell(id, (task) => ({ state: task.left.length === 0 ? 'done' : 'stopped' }));
}

export function stopBulk(id: number): void {
  tell(id, ({ state }) => ({ state: state === 'running' ? 'stopping' : state }));
}

/** Those that failed and those that were left, again; the old one goes. */
export function retryBulk(api: BulkApi, task: BulkTask): Promise<void> {
  dismissBulk(task.id);
  return startBulk(api, task.change, [...task.failed.map(({ deviceId }) => deviceId), ...task.left]);
}

export function dismissBulk(id: number): void {
  useBulk.setState(({ tasks }) => ({ tasks: tasks.filter((task) => task.id !== id) }));
}

/** `Tagging`, `Deleting`: what it is doing, in one word. */
export function bulkWord(change: DevicesChange): string {
  return { tag: 'Tagging', enable: 'Enabling', disable: 'Disabling', delete: 'Deleting' }[change.kind];
}

function taskOf(id: number): BulkTask | undefined {
  return useBulk.getState().tasks.find((task) => task.id === id);
}

function tell(id: number, news: (task: BulkTask) => Partial<BulkTask>): void {
  useBulk.setState(({ tasks }) => ({
    tasks: tasks.map((task) => (task.id === id ? { ...task, ...news(task) } : task)),
  }));
}
