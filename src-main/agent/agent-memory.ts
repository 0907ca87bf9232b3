// The agent's records in memory and on disk, changed together: a change resolves when it would survive a power cut.
import { ownValue } from '#base/json.ts';
import type { RestartRecord } from '#domain/agent-state.ts';
import type { AgentState, StateFile } from './state-file.ts';

export interface AgentMemory {
  readonly current: AgentState;
  change(edit: (state: AgentState) => AgentState): Promise<void>;
  /** What is known of a module's runs; a record of another specification counts from zero. */
  changeRestarts(module: string, specHash: string, edit: (record: RestartRecord) => RestartRecord): Promise<void>;
}

export function createAgentMemory(first: AgentState, file: StateFile): AgentMemory {
  let state = first;
  const memory: AgentMemory = {
    get current() {
      return state;
    },
    change(edit) {
      state = edit(state);
      return file.save(state);
    },
    changeRestarts(module, specHash, edit) {
      const known = ownValue(state.restarts, module);
      const record = known?.specHash === specHash ? known : newRecord(specHash, known);
      return memory.change((before) => ({ ...before, restarts: { ...before.restarts, [module]: edit(record) } }));
    },
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
