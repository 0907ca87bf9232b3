// The pure tests alone: what a mutant of the domain is judged by.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/domain/**/*.test.ts', 'test/mutation/*.test.ts'],
    testTimeout: 60_000,
  },
});
