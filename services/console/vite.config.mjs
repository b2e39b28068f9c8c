import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Built into dist/, which services/api serves at `/`: same origin as the API, so no base URL is needed anywhere. */
export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    // The page's policy is default-src 'self': nothing may be inlined as a data: URL.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/v1': process.env['OOPSTREAM_URL'] ?? 'http://127.0.0.1:8080' } },
});
