/** What each request does, as a course would write it in Python; the services do the same. */

import type { Way } from '../../services/ways';

const database = `score = database.read()
work()
database.write(score + 1)`;

const indent = (code: string): string => code.replace(/^/gm, '    ');

export const listings: Readonly<Record<Way, string>> = {
  none: database,
  setnx: `while not r.set('score:lock', me, nx=True, ex=3):
    time.sleep(0.01)
try:
${indent(database)}
finally:
    r.delete('score:lock')`,
  lock: `with r.lock('score:lock', timeout=10, blocking_timeout=10):
${indent(database)}`,
  short: `with r.lock('score:lock', timeout=too_short, sleep=0.01):
${indent(database)}`,
  owner: `while not r.set('score:lock', me, nx=True, px=2 * usual_work):
    time.sleep(0.01)
try:
${indent(database)}
finally:
    r.delete('score:lock')  # whosever it is`,
  watch: `while True:
    pipe.watch('score')
    score = int(pipe.get('score') or 0)
    work()
    pipe.multi()
    pipe.set('score', score + 1)
    try:
        pipe.execute()
        break
    except redis.WatchError:
        continue`,
  incr: `r.incr('score')`,
};
