import type { experimentsEn } from './experiments.en';

/** The strings of the experiments, in Simplified Chinese. */
export const experimentsZhCN: Readonly<Record<keyof typeof experimentsEn, string>> = {
  'experiments.label': '实验',
  'experiments.races': '三十个客户端',
  'experiments.pipelines': '流水线',

  'races.way': '怎样加一',
  'races.none': '不加锁',
  'races.setnx': 'SET NX EX',
  'races.lock': 'redis-py 的锁',
  'races.short': '过早失效的锁',
  'races.owner': '被别人释放的锁',
  'races.watch': 'WATCH',
  'races.incr': 'INCR',
  'races.none.why':
    '每个请求从数据库读出分数，处理片刻，再写回加一后的值。在别人写回之前就读的请求，会覆盖别人的更新。',
  'races.setnx.why':
    '只有设置成功的请求才能继续，其余每 10 毫秒再试一次。EX 3 使持有者死掉时锁也会释放。只要处理时间短于三秒，它就可靠。',
  'races.lock.why':
    'redis-py 在锁里写入自己的令牌，释放时用脚本比对令牌。拿不到锁的请求每 100 毫秒再看一次，等太久就放弃。',
  'races.short.why':
    '锁的有效期只有处理时间的一半。持有者还在处理，锁就没了；下一个进来，一个的更新被另一个覆盖。',
  'races.owner.why':
    '每五个客户端有一个很慢，它的锁会过期。之后它删除锁，而锁这时已属于别人，于是第三个也进来了。比对令牌可以防止误删；对付慢的处理只能用更长的锁。',
  'races.watch.why':
    '分数在 Redis 里。每个请求读出、处理，再用事务写回；期间有人改过，事务就失败。什么都不丢，但多数处理白做，要重来。',
  'races.incr.why': '由 Redis 自己一步加一。读与写之间没有空隙，不需要锁。',
  'races.clients': '客户端',
  'races.delay': '处理时间（毫秒）',
  'races.start': '启动 {count} 个客户端',
  'races.stop': '停止',
  'races.running': '运行中…',
  'races.expected': '应为',
  'races.actual': '实际',
  'races.nothingLost': '没有丢失更新',
  'races.lost': '丢失的更新：{count}',
  'races.gaveUp': '放弃的客户端：{count}',
  'races.took': '用时 {time} 毫秒',
  'races.failed': '没有成功：{reason}',
  'races.code': '每个请求做的事',
  'races.empty':
    '两台应用服务器（端口 8001 和 8002）对每个请求把分数加一。启动客户端，看看它们同时到来会怎样。',
  'races.timeline': '每个客户端做了什么，从左到右',
  'races.summary': '{clients} 个客户端：丢失更新 {lost}，放弃 {gaveUp}',
  'races.client': '客户端 {client}，端口 {server}',
  'races.waiting': '等锁',
  'races.working': '读与写之间',
  'races.vain': '白做',
  'races.held': '持有锁',
  'races.written': '已写入',
  'races.overwritten': '覆盖了别人的更新',
  'races.late': '自己的锁已过期',
  'races.stolen': '释放了别人的锁',
  'races.gaveUpMark': '放弃',
  'races.ms': '{time} 毫秒',

  'pipelines.latency': '往返时间（毫秒）',
  'pipelines.count': '命令数',
  'pipelines.start': '用两种方式发送 {count} 条命令',
  'pipelines.stop': '停止',
  'pipelines.running': '运行中…',
  'pipelines.oneByOne': '逐条发送',
  'pipelines.pipeline': '流水线',
  'pipelines.trips': '往返次数：{count}',
  'pipelines.time': '{time} 毫秒',
  'pipelines.faster': '流水线只用了 {factor} 的时间。',
  'pipelines.client': '客户端',
  'pipelines.server': '服务器',
  'pipelines.picture': '{way}：{trips} 次往返，{time} 毫秒',
  'pipelines.empty':
    '同样的 SET 命令，先是每条等上一条有了回复再发，然后一次全部发出。花时间的是路程，不是 Redis。',
  'pipelines.why':
    '逐条发送时，每条命令都要等完整的一来一回。流水线在读第一个回复之前就把命令全部发出，路程只付一次。',
  'pipelines.failed': '没有成功：{reason}',
};
