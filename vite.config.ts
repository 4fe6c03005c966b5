import { defineConfig } from 'vite';

/** Where `npm run dev-dashboard` finds the API, and by it everything else. */
const api = 'http://127.0.0.1:3001';

export default defineConfig({
  root: 'dashboard',
  // Relative addresses: the page works below any path that a proxy puts before it.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // A preload's helper and inlined pictures would be exceptions from the page's policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    proxy: {
      '/v1': api,
      '/dashboard.json': api,
      // Not the folder of that name, whose modules begin so.
      '^/live$': { target: api, ws: true },
    },
  },
});
