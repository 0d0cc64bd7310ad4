/** A shell without a screen of its own, for cells and snippets. */

import type { Lab } from '../client/api';
import { programs } from './programs';
import { ShellSession } from './session';
import { ts } from './texts';

export function openShell(lab: Lab, tty = 0): ShellSession {
  return new ShellSession({
    lab,
    tty,
    programs,
    texts: { unsupported: (construct) => ts('shell.unsupported', { construct }) },
  });
}
