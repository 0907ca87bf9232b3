// Builds the agent as one file for its package: everything of it but Node itself, and nothing native. The Docker client's way over
// SSH is left out with its native parts: an agent speaks to the engine of its own machine.
import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const leftOut: ReadonlySet<string> = new Set(['ssh2', 'cpu-features']);
const emptyModule = '\0left-out';

export default defineConfig({
  plugins: [
    {
      name: 'left-out',
      enforce: 'pre',
      resolveId: (name) => (leftOut.has(name) ? emptyModule : null),
      load: (id) => (id === emptyModule ? 'export default {};' : null),
    },
  ],
  build: {
    ssr: `${root}/src-main/entry/agent-main.ts`,
    outDir: `${root}/out/agent`,
    emptyOutDir: true,
    target: 'node24',
    rollupOptions: {
      external: [...builtinModules, /^node:/],
      output: { format: 'es', entryFileNames: 'agent.js', codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
});
