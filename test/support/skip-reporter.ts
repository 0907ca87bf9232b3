// Nothing is skipped in silence: after a run, each file's skipped tests are named with the reason.
import type { Reporter, TestModule } from 'vitest/node';

export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      const reasons = new Map<string, number>();
      for (const skipped of module.children.allTests('skipped')) {
        const { state, note } = { note: undefined, ...skipped.result() };
        if (state !== 'skipped') continue;
        const reason = note ?? skipped.fullName.split(' > ')[0] ?? '';
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      for (const [reason, count] of reasons)
        process.stdout.write(`skipped: ${count} of ${module.relativeModuleId}: ${reason}\n`);
    }
  }
}
