// The hub as a process: flags in, one ready line out, signals obeyed.
// Exit code 0 after SIGTERM or SIGINT, 2 when it refused to start or to go on (one line says why), 1 for a fault of ours.
import { asAppError } from '#base/errors.ts';
import type { ShellWord } from '#contract/shell-port.ts';
import type { DemoAgents } from './demo-agents.ts';
import { productRoot } from './build-freshness.js';
import { buildMissingPage } from './page-build.ts';
import { readHubFlags, type HubFlags } from './hub-flags.ts';
import { createLogMemory } from './log-memory.ts';
import { startHubProgram, type HubProgram } from './hub-program.ts';
import { createProgramLog } from './program-log.ts';
import { linkShell } from './shell-link.ts';
import { createSystemClock } from './system-clock.ts';
import { createWakeWatch } from './wake-watch.ts';
import { createWakefulClock } from './wakeful-clock.ts';

const stopLimitMs = 4_500;

const memory = createLogMemory();
const log = createProgramLog('hub', memory.remember);
const clock = createWakefulClock(createSystemClock());

function endWith(thrown: unknown): void {
  const error = asAppError(thrown);
  if (error.kind === 'broken') log.fatal({ err: error }, 'the hub ended by a fault of its own');
  else process.stderr.write(`${error.message}\n`);
  process.exitCode = error.kind === 'broken' ? 1 : 2;
}

async function serve(): Promise<void> {
  const flags = readHubFlags(process.argv.slice(2), process);
  await buildMissingPage(productRoot(import.meta.dirname));
  const program = await startHubProgram(flags, { clock, log, recentLog: memory.lines });
  const demo = flags.demoDevices === 0 ? null : await openDemo(flags, program);
  const unwatch = watchSurroundings(program);
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    clock.after(stopLimitMs, () => {
      log.fatal({ stopLimitMs }, 'the hub did not stop in time and ends as it is; what it acknowledged is on disk');
      process.exit(1);
    });
    unwatch();
    Promise.resolve(demo?.stop())
      .then(() => program.stop())
      .catch(endWith)
      .finally(() => process.exit());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await demo?.start();
  process.stdout.write(`${JSON.stringify(program.ready)}\n`);
  // Only now: the thread it runs in takes its time to start.
  program.checkIntegrity().catch((error: unknown) => {
    endWith(error);
    stop();
  });
}

/** Sleep of the machine, and the desktop shell where the hub is its child. Returns how to end it. */
function watchSurroundings({ hub, store, imageWork }: HubProgram): () => void {
  const wakes = createWakeWatch({ clock, log, woke: () => hub.woke() });
  const unwatch = clock.watch((gapMs) => wakes.foundGap(gapMs));
  // Plain Node has no such port.
  const port = process.parentPort as typeof process.parentPort | undefined;
  const hear = (word: ShellWord) => wakes.hear(word);
  const unlink = port === undefined ? null : linkShell({ port, clock, store, hub, imageWork, hear });
  return () => {
    unwatch();
    unlink?.();
  };
}

/** The agent and its MQTT client are a tenth of what a start loads, and few starts want them. */
async function openDemo(flags: HubFlags, program: HubProgram): Promise<DemoAgents> {
  const { createDemoAgents } = await import('./demo-agents.ts');
  return createDemoAgents({ program, dataDir: flags.dataDir, deviceCount: flags.demoDevices, clock, log });
}

/** Resolves when the hub serves, or has said why it does not. */
export async function runHub(): Promise<void> {
  await serve().catch(endWith);
}
