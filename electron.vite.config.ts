// Builds the desktop app: the shell and the hub for Node, the preload, and the page. The hub's packages are bundled, since
// loading them one by one is most of a start; better-sqlite3 is native and stays outside. The page is one set of hashed
// files that needs no network.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      rollupOptions: { external: ['better-sqlite3', 'electron'] },
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
