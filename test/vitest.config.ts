// One runner for all suites. Files with `.docker.` need an engine, `.chromium.` a browser; run-tests.ts says which it found.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    coverage: {
      provider: 'v8',
      include: ['src-main/domain/**', 'src-main/contract/**', 'src-main/base/**'],
    },
  },
});
