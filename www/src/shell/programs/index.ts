/** The programs of the shell, by name. */

import type { Program } from '../program';
import * as basics from './basics';
import * as changing from './changing';
import { edit } from './editing';
import { help } from './help';
import { ls } from './listing';
import * as processes from './processes';
import { python } from './python';
import * as reading from './reading';
import { redisBenchmark } from './redis-benchmark';
import { redisCheckAof, redisCheckRdb } from './redis-check';
import { redisCli } from './redis-cli';
import { redisServer } from './redis-server';
import * as services from './services';

export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['redis-server', redisServer],
  ['redis-sentinel', redisServer],
  ['redis-cli', redisCli],
  ['redis-benchmark', redisBenchmark],
  ['redis-check-rdb', redisCheckRdb],
  ['redis-check-aof', redisCheckAof],
  ['/etc/init.d/redis-server', services.initScript],
  ['/etc/init.d/redis-sentinel', services.initScript],
  ['service', services.service],
  ['systemctl', services.systemctl],
  ['apt', services.apt],
  ['apt-get', services.apt],
  ['sudo', basics.sudo],
  ['su', basics.su],
  ['ls', ls],
  ['cd', basics.cd],
  ['pwd', basics.pwd],
  ['cat', reading.cat],
  ['head', reading.head],
  ['tail', reading.tail],
  ['less', reading.less],
  ['more', reading.less],
  ['grep', reading.grep],
  ['wc', reading.wc],
  ['diff', reading.diff],
  ['cp', changing.cp],
  ['mv', changing.mv],
  ['rm', changing.rm],
  ['mkdir', changing.mkdir],
  ['rmdir', changing.rmdir],
  ['touch', changing.touch],
  ['chmod', changing.permissions],
  ['chown', changing.permissions],
  ['vi', edit],
  ['vim', edit],
  ['nano', edit],
  ['echo', basics.echo],
  ['printf', basics.printf],
  ['ps', processes.ps],
  ['pgrep', processes.pgrep],
  ['kill', processes.kill],
  ['pkill', processes.killByName],
  ['killall', processes.killByName],
  ['netstat', processes.netstat],
  ['ss', processes.ss],
  ['python3', python],
  ['python', python],
  ['bash', basics.bash],
  ['sh', basics.bash],
  ['sleep', basics.pause],
  ['date', basics.date],
  ['whoami', basics.whoami],
  ['hostname', basics.hostname],
  ['which', basics.which],
  ['true', () => 0],
  ['false', () => 1],
  ['clear', basics.clear],
  ['history', basics.history],
  ['jobs', basics.jobs],
  ['help', help],
  ['exit', basics.exit],
  ['logout', basics.exit],
]);
