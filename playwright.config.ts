import { defineConfig } from '@playwright/test';
import { chromiumArguments, findChromium, firefoxLauncher } from './scripts/browser.mjs';

/** The built site is served under a sub-path, with the policy as a header as well. */
const port = Number(process.env['RESPLAY_TEST_PORT'] ?? 4179);
const address = `http://localhost:${port}/some/where/resplay/`;

export default defineConfig({
  testDir: 'tests/e2e',
  timeout: 60_000,
  workers: 1,
  reporter: [['list']],
  forbidOnly: true,
  use: {
    baseURL: address,
    // It would answer in place of the server; its own test lets it.
    serviceWorkers: 'block',
    viewport: { width: 1440, height: 900 },
    // It costs a third of the time, and is what tells of a failure on somebody else's machine. `--trace off` is quicker than a
    // person, and finds tests that do not wait for what they act on.
    trace: 'retain-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      use: { launchOptions: { executablePath: findChromium(), args: chromiumArguments } },
    },
    {
      // Somebody's own Firefox, and what has to hold in every browser.
      name: 'firefox',
      testMatch: 'everywhere/**/*.spec.ts',
      use: {
        browserName: 'firefox',
        launchOptions: { channel: 'moz-firefox', executablePath: firefoxLauncher },
      },
    },
  ],
  webServer: {
    command: `node scripts/serve.mjs --port ${port} --base /some/where/resplay/ --csp-header`,
    url: address,
    reuseExistingServer: false,
  },
});
