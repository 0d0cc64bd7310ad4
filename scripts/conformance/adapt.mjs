// Tells the suite of 7.0 what it cannot know of 7.2.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../project.mjs';

/** File, what stands there, what is to stand there so that both versions pass. */
const changes = [
  // A list of one node says listpack. (Small sets say so too; set-max-listpack-entries 0 puts them back.)
  [
    'tests/support/test.tcl',
    /^ {4}assert_match \$enc \$val\n/m,
    (before) => `    if {$enc eq "quicklist" && $val eq "listpack"} {return}\n${before}`,
  ],
  // Who may not do what is told in other words.
  ['tests/unit/acl.tcl', /NOPERM\*channels\*/g, () => 'NOPERM*channel*'],
  // There are no modules.
  ['tests/assets/default.conf', /^enable-module-command .*$/gm, () => ''],
  // The second is how Debian's patches have it.
  [
    'tests/unit/acl-v2.tcl',
    /NOPERM\*keys\*|NOPERM this user has no permissions to access one of the keys used as arguments/g,
    () => 'NOPERM*key*',
  ],
  ...['tests/unit/acl.tcl', 'tests/unit/acl-v2.tcl'].map((file) => [
    file,
    /assert_equal "This user (has no permissions .*?)"/g,
    (_, text) => `assert_match "* ${text}"`,
  ]),
  // Descriptions name sanitize-payload, and keep the rules on commands as they were given.
  [
    'tests/unit/acl.tcl',
    /assert_equal \{user hpuser on nopass resetchannels/,
    () => 'assert_match {user hpuser on nopass *resetchannels',
  ],
  ['tests/unit/acl.tcl', /assert_equal \{\+@all\} \$cmdstr/, () => 'assert_match {+@all*} $cmdstr'],
  // Scripts are programs of a system that is not there.
  [
    'tests/sentinel/tests/includes/init-tests.tcl',
    /^.*SENTINEL SET mymaster (notification|client-reconfig)-script.*\n/gm,
    () => '',
  ],
  // MIGRATE comes with replication.
  ['tests/unit/acl-v2.tcl', /^.*DRYRUN command-test MIGRATE.*\n/gm, () => ''],
];

export function adapt(folder) {
  for (const [file, before, after] of changes) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(before, after);
    if (changed === text) throw new Failure(`${path} has nothing like ${before}.`);
    writeFileSync(path, changed);
  }
}
