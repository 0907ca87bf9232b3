// Builds the desktop app: the shell and the hub for Node, the preload, and the page. The hub's packages are bundled, since
// loading them one by one is most of a start; better-sqlite3 is native and stays outside. The page is one set of hashed
// files that needs no network.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

/** Asked for by fastify only for routes with schemas, which ours have not, and for requests that tests make up. */
const neverAsked = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request'];

/** One character beyond Latin-1 makes V8 keep the whole file at two bytes a character: escaped, less of a start is reading. */
const asciiOnly = {
  name: 'ascii-only',
  // Last of all: what prints the code after `renderChunk` takes escapes back.
  generateBundle(_options: unknown, bundle: Readonly<Record<string, { type: string; code?: string }>>) {
    for (const chunk of Object.values(bundle)) chunk.code &&= chunk.code.replace(/[^\0-\x7f]/g, escaped);
  },
};

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export default defineConfig({
  main: {
    plugins: [asciiOnly],
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      rollupOptions: { external: ['better-sqlite3', 'electron', ...neverAsked] },
      lib: {
        entry: { shell: `${root}/src-main/shell/shell-main.ts`, hub: `${root}/src-main/entry/hub-process.ts` },
        formats: ['es'],
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload is CommonJS and may require nothing but Electron.
      externalizeDeps: false,
      lib: { entry: { preload: `${root}/src-main/shell/preload.ts` }, formats: ['cjs'] },
    },
  },
  renderer: {
    root: `${root}/src-renderer`,
    // The console listener puts a fresh nonce in its place on every request.
    html: { cspNonce: 'STYLE-NONCE' },
    plugins: [react()],
    build: {
      outDir: `${root}/out/renderer`,
      emptyOutDir: true,
      // Inlined assets would need `data:` where the content policy allows none.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: `${root}/src-renderer/index.html` },
    },
  },
});
