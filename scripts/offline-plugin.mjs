// Tells the service worker which files the site has, and of which version they are.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const WORKER = 'service-worker.js';

/** Files of a folder, by their paths below it; Python is kept when it is used, Lua and the loader's page always. */
function publicFiles(folder) {
  return readdirSync(folder).filter((name) => {
    return statSync(join(folder, name)).isFile() && !name.endsWith('.d.ts');
  });
}

/** A Vite plugin. */
export function offline(publicFolder) {
  return {
    name: 'offline',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk') this.error(`${WORKER} is missing`);
        const version = createHash('sha256');
        const files = [];
        for (const [name, file] of Object.entries(bundle)) {
          if (name === WORKER || name.endsWith('.map')) continue;
          files.push(name);
          version.update(name).update(file.type === 'chunk' ? file.code : file.source);
        }
        for (const name of publicFiles(publicFolder)) {
          files.push(name);
          version.update(name).update(readFileSync(join(publicFolder, name)));
        }
        version.update(worker.code);
        const list = { version: version.digest('hex').slice(0, 16), files: files.sort() };
        const place = /__RESPLAY_FILES__/;
        if (!place.test(worker.code)) this.error(`${WORKER} has no place for the files`);
        worker.code = worker.code.replace(place, JSON.stringify(list));
      },
    },
  };
}
