// The last lines of the program's log, for the diagnostics that a person takes along: the log itself is kept by whoever started it.

export interface LogMemory {
  readonly remember: (line: string) => void;
  /** Oldest first. */
  readonly lines: () => readonly string[];
}

const mostLines = 300;
const longestLine = 2_000;

export function createLogMemory(): LogMemory {
  const kept: string[] = [];
  return {
    remember(line) {
      kept.push(line.trimEnd().slice(0, longestLine));
      if (kept.length > mostLines) kept.shift();
    },
    lines: () => [...kept],
  };
}
