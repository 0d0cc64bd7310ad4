// The native host as a release build.
import { join } from 'node:path';
import { root, run } from '../project.mjs';

let built = false;

/** Its path; it is compiled if need be, which takes a minute or two. */
export function hostProgram() {
  if (!built) run('cargo', ['build', '-q', '--release', '--bin', 'resplay-server']);
  built = true;
  return join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'release/resplay-server');
}
