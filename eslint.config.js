import js from '@eslint/js';
import { configs as lit } from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '.tools',
      'dist',
      'target',
      'www/src/generated',
      'www/public/python',
      'www/public/javascript',
      'test-results',
      'playwright-report',
      'pkg/dist',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Numbers in a message are what people read them for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => this.close()` is the usual form of an event listener.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Lit calls event listeners with `this` as the component: `@click=${this.close}`.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['www/**/*.ts'], ...lit['flat/recommended'] },
  {
    files: ['www/public/*.js'],
    languageOptions: {
      globals: {
        URL: 'readonly',
        document: 'readonly',
        localStorage: 'readonly',
        location: 'readonly',
        matchMedia: 'readonly',
        window: 'readonly',
      },
    },
  },
  {
    files: ['www/src/javascript/frame.js'],
    languageOptions: {
      globals: {
        addEventListener: 'readonly',
        Blob: 'readonly',
        parent: 'readonly',
        URL: 'readonly',
        Worker: 'readonly',
      },
    },
  },
  { files: ['src/wasm/*.js'], languageOptions: { globals: { WebAssembly: 'readonly' } } },
  {
    files: ['scripts/**/*.mjs', 'pkg/**/*.mjs', 'tests/{clients,package}/*.mjs', '*.js'],
    languageOptions: {
      globals: {
        Buffer: 'readonly',
        TextDecoder: 'readonly',
        TextEncoder: 'readonly',
        URL: 'readonly',
        clearImmediate: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        process: 'readonly',
        setImmediate: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
);
