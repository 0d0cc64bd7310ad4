import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { offline } from './scripts/offline-plugin.mjs';
import { contentSecurityPolicy, pagePolicy } from './scripts/project.mjs';

/** The policy stands in the built page itself, because a static host may send no headers. */
function contentSecurityPolicyMeta(): Plugin {
  return {
    name: 'content-security-policy-meta',
    apply: 'build',
    transformIndexHtml: (_html, { path }) => [
      {
        tag: 'meta',
        attrs: {
          'http-equiv': 'Content-Security-Policy',
          content: path === '/index.html' ? pagePolicy : contentSecurityPolicy,
        },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** Whether a module is fetched with the page; whatever is opened later comes then. */
function isOfFirstVisit(id: string): boolean {
  return [
    /\/node_modules\/(?:@lit|lit|lit-html|lit-element)\//,
    /\/www\/src\/(?:app|console|client(?!\/bridge)|widgets)\//,
    /\/www\/src\/styles\/\w+\.ts/,
    /\/www\/src\/charts\/(?!metric)/,
    /\/www\/src\/panels\/(?:key-(?!value)|view-|show-bytes|run-commands)/,
    /\/www\/src\/i18n\/(?:index|en|zh-CN|views\.\S+|storage\.\S+)\.ts/,
  ].some((place) => place.test(id));
}

export default defineConfig({
  root: fileURLToPath(new URL('www', import.meta.url)),
  // Relative addresses, so that the site works under any path of any static host.
  base: './',
  plugins: [
    contentSecurityPolicyMeta(),
    offline(fileURLToPath(new URL('www/public', import.meta.url))),
  ],
  build: {
    outDir: fileURLToPath(new URL('dist', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // A data: address would need a hole in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        index: fileURLToPath(new URL('www/index.html', import.meta.url)),
        embed: fileURLToPath(new URL('www/embed.html', import.meta.url)),
        'service-worker': fileURLToPath(
          new URL('www/src/offline/service-worker.ts', import.meta.url),
        ),
        resplay: fileURLToPath(new URL('www/src/embed/loader.ts', import.meta.url)),
      },
      output: {
        // What a first visit needs is one file: many small ones compress worse.
        codeSplitting: {
          groups: [{ name: 'page', test: isOfFirstVisit }],
          // The loader for other pages needs a few of the helpers, and nothing of the page.
          includeDependenciesRecursively: false,
        },
        // Pages name the loader; everything else has its hash.
        entryFileNames: ({ name }) =>
          ['resplay', 'service-worker'].includes(name) ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  worker: { format: 'es' },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'happy-dom',
    passWithNoTests: true,
    // Property tests on a machine that does other things as well.
    testTimeout: 60_000,
  },
});
