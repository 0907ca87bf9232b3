// The pure tests alone: what a mutant of the domain is judged by. Without the suites that try thousands of cases: a mutant that only
// they notice has no case of its own, and every mutant alive would run all of them.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/domain/**/*.test.ts', 'test/mutation/*.test.ts'],
    exclude: ['test/domain/*-{oracle,hostile,round-trip}.test.ts'],
    testTimeout: 60_000,
  },
});
