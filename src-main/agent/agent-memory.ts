// The agent's records in memory and on disk, changed together: a change resolves when it would survive a power cut. On a disk
// that is full it resolves all the same, and `problem` says so: modules must be kept running, records or not.
import { asAppError } from '#base/errors.ts';
import { ownValue } from '#base/json.ts';
import type { RestartRecord } from '#domain/updates/agent-state.ts';
import type { AgentState, StateFile } from './state-file.ts';

export interface AgentMemory {
  readonly current: AgentState;
  /** Why the newest state is not on disk; null when it is. */
  readonly problem: string | null;
  change(edit: (state: AgentState) => AgentState): Promise<void>;
  /** What is known of a module's runs; a record of another specification counts from zero. */
  changeRestarts(module: string, specHash: string, edit: (record: RestartRecord) => RestartRecord): Promise<void>;
  /** Tries to write what could not be written. */
  saveAgain(): Promise<void>;
  /** Resolves when every change made so far is written, or could not be. */
  settled(): Promise<void>;
}

export function createAgentMemory(first: AgentState, file: StateFile): AgentMemory {
  let state = first;
  let problem: string | null = null;
  let settled: Promise<void> = Promise.resolve();

  function save(): Promise<void> {
    const saved = write();
    settled = settled.then(() => saved);
    return saved;
  }

  async function write(): Promise<void> {
    try {
      await file.save(state);
      problem = null;
    } catch (error) {
      // Told with every report until it is mended; the loop tries again each round.
      problem = asAppError(error).message;
    }
  }

  const memory: AgentMemory = {
    get current() {
      return state;
    },
    get problem() {
      return problem;
    },
    change(edit) {
      state = edit(state);
      return save();
    },
    changeRestarts(module, specHash, edit) {
      const known = ownValue(state.restarts, module);
      const record = known?.specHash === specHash ? known : newRecord(specHash, known);
      return memory.change((before) => ({ ...before, restarts: { ...before.restarts, [module]: edit(record) } }));
    },
    saveAgain: () => (problem === null ? Promise.resolve() : save()),
    settled: () => settled,
  };
  return memory;
}

function newRecord(specHash: string, before: RestartRecord | undefined): RestartRecord {
  return {
    specHash,
    restartCount: 0,
    lastRestartAtMs: null,
    stoppedRunAtMs: null,
    everStarted: before?.everStarted === true,
  };
}
