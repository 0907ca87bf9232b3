// One runner for all suites. Files with `.docker.` need an engine, `.chromium.` a browser; run-tests.ts says which it found.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SkipReporter } from './support/skip-reporter.ts';
import { WaitingFirst } from './support/waiting-first.ts';

// Where run-tests.ts wants the counts.
const report = process.env['LANYARD_TEST_REPORT'];
const jsonReporter: ['json', { outputFile: string }][] = report === undefined ? [] : [['json', { outputFile: report }]];

const pure = ['test/{base,contract,domain}/**/*.test.ts'];
const browser = ['test/**/*.chromium.test.ts'];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    projects: [
      // Without anything to share: one process after the other would only be started anew.
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: [...pure, ...browser, 'node_modules'] },
      },
      // After the others: each container that comes or goes changes the machine's network, and Chromium then gives up what it loads.
      { extends: true, test: { name: 'browser', include: browser, sequence: { groupOrder: 1 } } },
    ],
    // Against tests that hang, on a machine that is busy with others' work; what a test promises it measures itself.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
    // Half of the suite's time is waiting; vitest's own choice on two cores is one file at a time.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: WaitingFirst },
    reporters: ['default', new SkipReporter(), ...jsonReporter],
    coverage: {
      provider: 'v8',
      include: ['src-main/domain/**/*.ts'],
      reporter: ['text'],
      // A rule of the domain that no test takes is not known to be one.
      thresholds: { branches: 100 },
    },
  },
});
