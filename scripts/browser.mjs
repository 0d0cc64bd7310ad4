// Where Chromium and Firefox are, and how they start in a test.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macApplications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of a program on PATH, or undefined. */
export function which(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder && existsSync(path)) return path;
  }
  return undefined;
}

/**
 * Chromium's path: RESPLAY_CHROMIUM, else the first that is installed, else Debian's.
 * @returns {string}
 */
export function findChromium() {
  const own = process.env.RESPLAY_CHROMIUM;
  if (own) return own;
  return (
    names.map(which).find((path) => path !== undefined) ??
    macApplications.find((path) => existsSync(path)) ??
    '/usr/bin/chromium'
  );
}

/**
 * Firefox's path: RESPLAY_FIREFOX, else the first that is installed, else Debian's.
 * @returns {string}
 */
export function findFirefox() {
  const own = process.env.RESPLAY_FIREFOX;
  if (own) return own;
  return (
    ['firefox-esr', 'firefox'].map(which).find((path) => path !== undefined) ??
    ['/Applications/Firefox.app/Contents/MacOS/firefox'].find((path) => existsSync(path)) ??
    '/usr/bin/firefox-esr'
  );
}

/** What Playwright starts for Firefox. */
export const firefoxLauncher = fileURLToPath(new URL('firefox.mjs', import.meta.url));

/** Quiet, without network of its own, and able to run as root in a container. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
