/** The parameters of a server as a real one has them, where the lab knows them too. */

/** What a real redis-server 7.0 takes where nothing is said. */
export const DEFAULTS: ReadonlyMap<string, string> = new Map(
  `acl-pubsub-default resetchannels
acllog-max-len 128
active-expire-effort 1
activerehashing yes
always-show-logo no
aof-load-truncated yes
aof-timestamp-enabled no
aof-use-rdb-preamble yes
auto-aof-rewrite-min-size 67108864
auto-aof-rewrite-percentage 100
busy-reply-threshold 5000
client-output-buffer-limit normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60
client-query-buffer-limit 1073741824
databases 16
dynamic-hz yes
enable-protected-configs no
hash-max-listpack-entries 512
hash-max-listpack-value 64
hll-sparse-max-bytes 3000
hz 10
latency-monitor-threshold 0
latency-tracking yes
latency-tracking-info-percentiles 50 99 99.9
lfu-decay-time 1
lfu-log-factor 10
list-compress-depth 0
list-max-listpack-size -2
loglevel notice
maxclients 10000
maxmemory-clients 0
maxmemory-eviction-tenacity 10
maxmemory-samples 5
min-replicas-max-lag 10
min-replicas-to-write 0
no-appendfsync-on-rewrite no
notify-keyspace-events${' '}
propagation-error-behavior ignore
proto-max-bulk-len 536870912
rdbchecksum yes
rdbcompression yes
repl-backlog-size 1048576
repl-backlog-ttl 3600
repl-diskless-load disabled
repl-diskless-sync yes
repl-diskless-sync-delay 5
repl-diskless-sync-max-replicas 0
repl-ping-replica-period 10
repl-timeout 60
replica-announced yes
replica-ignore-maxmemory yes
replica-priority 100
replica-read-only yes
replica-serve-stale-data yes
set-max-intset-entries 512
slowlog-log-slower-than 10000
slowlog-max-len 128
stop-writes-on-bgsave-error yes
stream-node-max-bytes 4096
stream-node-max-entries 100
tcp-backlog 511
tcp-keepalive 300
timeout 0
tracking-table-max-keys 1000000
zset-max-listpack-entries 128
zset-max-listpack-value 64`
    .split('\n')
    .map((line) => {
      const at = line.indexOf(' ');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
);

/** What a server knows from 7.2 on, and what it takes. */
export const SINCE_7_2: ReadonlyMap<string, string> = new Map([
  ['set-max-listpack-entries', '128'],
  ['set-max-listpack-value', '64'],
]);

/** What stands in a part of its own in what is written, whatever it is. */
export const WRITTEN_APART: ReadonlySet<string> = new Set(
  `appenddirname appendfilename appendfsync appendonly bind daemonize dbfilename dir logfile masterauth masteruser
  maxmemory maxmemory-policy port protected-mode replica-announce-ip replicaof requirepass save`.split(
    /\s+/,
  ),
);

/** What belongs to the place where the lab's server runs, or to the lab. */
export const LEFT_OUT: ReadonlySet<string> = new Set(
  `aclfile bind-source-addr enable-debug-command pidfile replica-announce-port unixsocket unixsocketperm`.split(
    ' ',
  ),
);

/** Older names of parameters, which CONFIG GET gives as well. */
export const OLDER_NAMES: ReadonlySet<string> = new Set(
  `hash-max-ziplist-entries hash-max-ziplist-value list-max-ziplist-size lua-time-limit min-slaves-max-lag
  min-slaves-to-write repl-ping-slave-period slave-announce-ip slave-announce-port slave-ignore-maxmemory
  slave-priority slave-read-only slave-serve-stale-data slaveof zset-max-ziplist-entries
  zset-max-ziplist-value`.split(/\s+/),
);

/** What a sentinel's file may say besides its `sentinel` lines, and is taken along. */
export const OF_SENTINELS: ReadonlySet<string> = new Set(
  'loglevel maxclients tcp-backlog tcp-keepalive timeout'.split(' '),
);
