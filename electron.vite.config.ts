// Builds the desktop app: the shell and the hub for Electron's Node, the preload, and the page. Packages stay outside the
// main bundles (better-sqlite3 is native), and the page is one set of hashed files that needs no network.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: true,
      lib: {
        entry: { shell: `${root}/src-main/shell/shell-main.ts`, hub: `${root}/src-main/entry/hub-main.ts` },
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
