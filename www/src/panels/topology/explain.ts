/** What the lines of the logs mean, for somebody who reads them for the first time. */

import { locale } from '../../i18n';

/** A line that is understood: a pattern, and what it means in English and in Chinese; `$1` is what was matched. */
type Rule = readonly [pattern: RegExp, en: string, zh: string];

/** The first that fits counts. The words are Redis's own. */
const RULES: readonly Rule[] = [
  [
    /^\+sdown master (\S+) (\S+) (\d+)/,
    'This sentinel hears nothing from the primary $2:$3 and takes it for down.',
    '这台哨兵听不到主节点 $3 的回应，认为它已下线。',
  ],
  [
    /^\+sdown (\w+) (\S+) (\S+) (\d+)/,
    'This sentinel hears nothing from $3:$4 ($1) and takes it for down.',
    '这台哨兵听不到 $4（$1）的回应，认为它已下线。',
  ],
  [/^-sdown (\w+) (\S+) (\S+) (\d+)/, 'It hears $3:$4 again.', '它又听到 $4 了。'],
  [
    /^\+odown .*#quorum (\d+)\/(\d+)/,
    '$1 sentinels agree that the primary is down; $2 were needed. A failover may begin.',
    '$1 台哨兵同意主节点已下线，需要 $2 台。可以开始故障转移了。',
  ],
  [/^-odown/, 'The sentinels no longer agree that it is down.', '哨兵们不再一致认为它已下线。'],
  [/^\+new-epoch (\d+)/, 'A new round of voting: epoch $1.', '新一轮投票：纪元 $1。'],
  [
    /^\+try-failover/,
    'This sentinel wants to lead the failover, and asks the others for their votes.',
    '这台哨兵想主持故障转移，请其他哨兵投票。',
  ],
  [
    /^\+vote-for-leader (\w{8})\w* (\d+)/,
    'It votes for sentinel $1… in epoch $2. Each has one vote an epoch.',
    '它在纪元 $2 投票给哨兵 $1…。每个纪元每台只有一票。',
  ],
  [
    /^(\S+) voted for (\w{8})\w* (\d+)/,
    'It hears that another sentinel has voted for $2… in epoch $3.',
    '它得知另一台哨兵在纪元 $3 投票给了 $2…。',
  ],
  [
    /^\+elected-leader/,
    'It has been elected: a majority has voted for it. It leads this failover.',
    '它当选了：多数投票给了它。由它主持这次故障转移。',
  ],
  [
    /^\+failover-state-select-slave/,
    'It looks for the best replica: priority first, then the largest offset, then the run id.',
    '它在挑选最好的从节点：先看优先级，再看偏移量，最后看 run id。',
  ],
  [/^\+selected-slave slave (\S+)/, 'It has chosen $1.', '它选中了 $1。'],
  [
    /^\+failover-state-send-slaveof-noone slave (\S+)/,
    'It tells $1 to follow nobody (REPLICAOF NO ONE).',
    '它让 $1 不再跟随任何人（REPLICAOF NO ONE）。',
  ],
  [
    /^\+failover-state-wait-promotion/,
    'It waits until INFO of that replica says role:master.',
    '它等待那台从节点的 INFO 显示 role:master。',
  ],
  [/^\+promoted-slave slave (\S+)/, '$1 is a primary now.', '$1 现在是主节点了。'],
  [
    /^\+failover-state-reconf-slaves/,
    'Now the other replicas are told to follow the new primary.',
    '接着让其他从节点跟随新的主节点。',
  ],
  [/^\+slave-reconf-sent slave (\S+)/, '$1 was told to follow it.', '已通知 $1 跟随它。'],
  [/^\+slave-reconf-inprog slave (\S+)/, '$1 is about it.', '$1 正在照办。'],
  [/^\+slave-reconf-done slave (\S+)/, '$1 follows the new primary.', '$1 已跟随新的主节点。'],
  [
    /^\+failover-end-for-timeout/,
    'The failover took too long and is ended as it is.',
    '故障转移超时，就此结束。',
  ],
  [/^\+failover-end/, 'The failover is over.', '故障转移结束。'],
  [
    /^\+switch-master \S+ (\S+) (\d+) (\S+) (\d+)/,
    'From now on the primary is $3:$4, not $1:$2. Clients that ask a sentinel are told so.',
    '从现在起主节点是 $4，不再是 $2。询问哨兵的客户端会得到新地址。',
  ],
  [
    /^-failover-abort-not-elected/,
    'It was not elected in time, and gives up for now.',
    '它没能及时当选，暂时放弃。',
  ],
  [
    /^-failover-abort-no-good-slave/,
    'No replica is good enough to be promoted: the failover is given up.',
    '没有合适的从节点可以提升：放弃故障转移。',
  ],
  [/^-failover-abort/, 'The failover is given up.', '放弃故障转移。'],
  [
    /^Next failover delay: .*?(\d\d:\d\d:\d\d|$)/,
    'It has voted for another, and will not try itself for a while.',
    '它投票给了别人，一段时间内自己不再尝试。',
  ],
  [
    /^\+slave slave (\S+)/,
    'By INFO of the primary it has found the replica $1.',
    '它从主节点的 INFO 中发现了从节点 $1。',
  ],
  [
    /^\+sentinel sentinel \w+ (\S+) (\d+)/,
    'By the hello channel it has found another sentinel at $1:$2.',
    '它从问候频道发现了位于 $2 的另一台哨兵。',
  ],
  [
    /^\+monitor master (\S+) (\S+) (\d+) quorum (\d+)/,
    'It watches the primary $2:$3 under the name $1; $4 must agree that it is down.',
    '它以 $1 之名监视主节点 $3；需要 $4 台同意才算下线。',
  ],
  [
    /^\+convert-to-slave slave (\S+)/,
    'The old primary is back and still calls itself one: it is made a replica.',
    '旧的主节点回来了，还自称主节点：把它变成从节点。',
  ],
  [
    /^\+fix-slave-config slave (\S+)/,
    '$1 follows the wrong server, and is told whom to follow.',
    '$1 跟错了服务器，告诉它该跟随谁。',
  ],
  [/^\+role-change/, 'INFO says another role than before.', 'INFO 显示的角色变了。'],
  [/^\+reboot/, 'It was restarted.', '它被重启过。'],
  [
    /^\+config-update-from/,
    'It takes over the newer configuration of another sentinel.',
    '它采用了另一台哨兵更新的配置。',
  ],
  [
    /^\+tilt/,
    'Its clock made a leap: it concludes nothing until it is sure again (TILT).',
    '它的时钟跳了一下：在恢复正常之前不下任何结论（TILT）。',
  ],
  [/^-tilt/, 'It trusts its clock again.', '它又信任自己的时钟了。'],
  [
    /^Sentinel ID is (\w{8})/,
    'The name of this sentinel for good: $1….',
    '这台哨兵永久的名字：$1…。',
  ],
  [/^Ready to accept connections/, 'It serves clients.', '它开始为客户端服务。'],
  [
    /^Connecting to MASTER (\S+)/,
    'It is a replica, and looks for its primary $1.',
    '它是从节点，正在连接主节点 $1。',
  ],
  [
    /^Trying a partial resynchronization/,
    'It asks the primary for what it has missed since it last heard from it.',
    '它请求主节点补上自己漏掉的部分。',
  ],
  [
    /^Successful partial resynchronization/,
    'It has got what it missed, and no snapshot.',
    '它补上了漏掉的部分，不需要快照。',
  ],
  [
    /^Full resync from master/,
    'It gets a whole snapshot: the primary no longer has what it missed.',
    '它得到一份完整快照：主节点已没有它漏掉的部分。',
  ],
  [
    /^MASTER <-> REPLICA sync: Finished with success/,
    'The snapshot is loaded; from here on it hears every write.',
    '快照已加载；此后每次写入都会收到。',
  ],
  [
    /^Partial resynchronization request from (\S+) accepted.*?(\d+) bytes/,
    'A replica is back, and is sent the $2 bytes it has missed from the backlog.',
    '一台从节点回来了，从积压缓冲区给它补发 $2 字节。',
  ],
  [
    /^Partial resynchronization not accepted/,
    'A replica asks for something that the backlog no longer holds, or of another history.',
    '一台从节点要的内容已不在积压缓冲区里，或属于另一段历史。',
  ],
  [
    /^Unable to partial resync with replica (\S+)/,
    'The backlog no longer holds what replica $1 has missed.',
    '积压缓冲区已没有从节点 $1 漏掉的部分。',
  ],
  [
    /^Replica (\S+) asks for synchronization/,
    'The replica $1 makes itself known.',
    '从节点 $1 报上自己。',
  ],
  [
    /^Synchronization with replica (\S+) succeeded/,
    'The replica $1 is up to date.',
    '从节点 $1 已同步。',
  ],
  [/^Starting BGSAVE for SYNC/, 'It makes a snapshot for a replica.', '它为从节点制作快照。'],
  [
    /^Connection with replica (\S+) lost/,
    'The connection with replica $1 is gone.',
    '与从节点 $1 的连接断了。',
  ],
  [
    /^Connection with master lost/,
    'The connection with its primary is gone.',
    '与主节点的连接断了。',
  ],
  [
    /^Caching the disconnected master state/,
    'It remembers how far it is, to go on from there.',
    '它记住自己的进度，以便从那里继续。',
  ],
  [
    /^MASTER timeout/,
    'It has heard nothing from its primary for repl-timeout, and connects anew.',
    '在 repl-timeout 内没有听到主节点的消息，于是重新连接。',
  ],
  [
    /^Disconnecting timedout replica/,
    'It has heard nothing from a replica for repl-timeout.',
    '在 repl-timeout 内没有听到一台从节点的消息。',
  ],
  [/^MASTER MODE enabled/, 'It is a primary now, and takes writes.', '它现在是主节点，接受写入。'],
  [/^REPLICAOF (\S+) enabled/, 'It was told to follow $1.', '它被告知跟随 $1。'],
  [
    /^Setting secondary replication ID/,
    'It begins a history of its own, and remembers the old one so that replicas can go on.',
    '它开始自己的历史，并记住旧的，让从节点可以接着同步。',
  ],
  [
    /^Discarding previously cached master state/,
    'It forgets whom it followed.',
    '它忘掉之前跟随的主节点。',
  ],
  [
    /scheduled to be closed ASAP for overcoming of output buffer limits/,
    'A client does not take what it is sent: it is closed before its buffer grows too large.',
    '一个客户端来不及接收：在缓冲区过大之前关闭它。',
  ],
  [
    /^Error condition on socket for SYNC: (.*)/,
    'Its primary cannot be reached: $1.',
    '连不上主节点：$1。',
  ],
  [/^User requested shutdown/, 'It was asked to end.', '它被要求结束。'],
];

/** A line of a log, without process and time. */
export function messageOf(line: string): string {
  return /^\d+:\w \d+ \w+ \d+ [\d:.]+ \S (.*)$/.exec(line)?.[1] ?? line;
}

/** What a message means, in the current language; undefined where nobody has said. */
export function explain(message: string): string | undefined {
  for (const [pattern, en, zh] of RULES) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const meaning = locale() === 'zh-CN' ? zh : en;
    return meaning.replace(/\$(\d)/g, (_, digit: string) => found[Number(digit)] ?? '');
  }
  return undefined;
}
