/** A page that uses the package, and ioredis, which was written for Node. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  base: './',
  build: { target: 'es2022', assetsInlineLimit: 0 },
  define: { global: 'globalThis' },
  resolve: {
    alias: [
      { find: /^(node:)?buffer$/, replacement: here('buffer.ts') },
      { find: /^(node:)?stream$/, replacement: 'readable-stream' },
      { find: /^(node:)?(events|string_decoder)$/, replacement: '$2/' },
      {
        find: /^(node:)?(assert|crypto|diagnostics_channel|dns|net|tls|util)$/,
        replacement: here('node-stub.ts'),
      },
    ],
  },
});
