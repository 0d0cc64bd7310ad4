/** The strings of the experiments, in English. */
export const experimentsEn = {
  'experiments.label': 'Experiment',
  'experiments.races': 'Thirty clients',
  'experiments.pipelines': 'Pipelines',

  'races.way': 'How they add',
  'races.none': 'Without a lock',
  'races.setnx': 'SET NX EX',
  'races.lock': 'redis-py’s lock',
  'races.short': 'A lock that runs out too early',
  'races.owner': 'A lock released by the wrong owner',
  'races.watch': 'WATCH',
  'races.incr': 'INCR',
  'races.none.why':
    'Each request reads the score from the database, works for a moment, and writes one more. Who reads before another has written undoes the other’s update.',
  'races.setnx.why':
    'Only who can set the key may go on; the others try again every 10 ms. EX 3 lets the lock go if its owner dies. It holds as long as the work takes less than three seconds.',
  'races.lock.why':
    'redis-py writes a token of its own into the lock and lets it go by a script that compares the token. Who does not get it looks again every 100 ms, and may give up.',
  'races.short.why':
    'The lock lives for half as long as the work takes. It is gone while its owner still works; the next one comes in, and one undoes the other’s update.',
  'races.owner.why':
    'One client in five is slow, and its lock runs out. It then deletes the lock, which is another’s by now, and so lets in a third. A token that is compared would help against the deleting; against the slow work only a longer lock.',
  'races.watch.why':
    'The score is in Redis. Each reads it, works, and writes in a transaction that fails if somebody has changed it meanwhile. Nothing is lost, but most work is in vain, and done again.',
  'races.incr.why':
    'Redis adds by itself, in one step. There is nothing between reading and writing, and no lock is needed.',
  'races.clients': 'Clients',
  'races.delay': 'Work, ms',
  'races.start': 'Start {count} clients',
  'races.stop': 'Stop',
  'races.running': 'Running…',
  'races.expected': 'Expected',
  'races.actual': 'Actual',
  'races.nothingLost': 'No update was lost',
  'races.lost': 'Updates lost: {count}',
  'races.gaveUp': 'Clients that gave up: {count}',
  'races.took': 'It took {time} ms',
  'races.failed': 'It did not work: {reason}',
  'races.code': 'What each request does',
  'races.empty':
    'Two application servers, ports 8001 and 8002, add one to a score for every request. Start the clients and see what happens when all come at once.',
  'races.timeline': 'What each client did, from left to right',
  'races.summary': '{clients} clients: {lost} updates lost, {gaveUp} gave up',
  'races.client': 'Client {client}, port {server}',
  'races.waiting': 'waits for the lock',
  'races.working': 'between reading and writing',
  'races.vain': 'in vain',
  'races.held': 'has the lock',
  'races.written': 'written',
  'races.overwritten': 'undid others’ updates',
  'races.late': 'its lock had run out',
  'races.stolen': 'let another’s lock go',
  'races.gaveUpMark': 'gave up',
  'races.ms': '{time} ms',

  'pipelines.latency': 'Round trip, ms',
  'pipelines.count': 'Commands',
  'pipelines.start': 'Send {count} commands both ways',
  'pipelines.stop': 'Stop',
  'pipelines.running': 'Running…',
  'pipelines.oneByOne': 'One by one',
  'pipelines.pipeline': 'In a pipeline',
  'pipelines.trips': 'Round trips: {count}',
  'pipelines.time': '{time} ms',
  'pipelines.faster': 'The pipeline took {factor} of the time.',
  'pipelines.client': 'client',
  'pipelines.server': 'server',
  'pipelines.picture': '{way}: {trips} round trips in {time} ms',
  'pipelines.empty':
    'The same SET commands, each sent when the last was answered, and then all at once. What takes time is the way, not Redis.',
  'pipelines.why':
    'One by one, every command waits for the whole way there and back. A pipeline sends all of them before it reads the first reply, and pays for the way once.',
  'pipelines.failed': 'It did not work: {reason}',
} as const;
