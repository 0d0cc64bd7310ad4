/** A shell without a screen, for cells and snippets. */

import type { Console, Lab } from '../client/api';
import { programs } from './programs';
import { ShellSession } from './session';
import { ts } from './texts';

export function openShell(lab: Lab): Console {
  return new ShellSession({
    lab,
    tty: 0,
    programs,
    texts: { unsupported: (construct) => ts('shell.unsupported', { construct }) },
  });
}
