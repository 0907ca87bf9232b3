// One runner for all suites. Files with `.docker.` need an engine, `.chromium.` a browser; run-tests.ts says which it found.
import { defineConfig } from 'vitest/config';
import { SkipReporter } from './support/skip-reporter.ts';

// Where run-tests.ts wants the counts.
const report = process.env['LANYARD_TEST_REPORT'];
const jsonReporter: ['json', { outputFile: string }][] = report === undefined ? [] : [['json', { outputFile: report }]];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
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
