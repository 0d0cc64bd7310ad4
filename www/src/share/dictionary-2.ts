/**
 * What links of version 2 refer to besides the dictionary of version 1: the configuration files that a new lab had then, since a lab
 * whose files were edited has all but a few lines of them. Never change it: that these lines and the files grow apart only
 * makes links longer.
 */
export const configuration = `# The configuration of this Redis server, read when it starts.
#
# A line is the name of a setting and its value; of several lines for one setting the last counts.
# Lines that begin with # are not read: take the # away to use one. The values here are the defaults,
# but for those marked as examples. Sizes take units: 1k is 1000 bytes, 1kb is 1024; likewise m, mb, g, gb.
# A mistake keeps the server from starting, and is named with its line.
# CONFIG SET changes a setting until the server stops, CONFIG REWRITE writes it into this file.
# Older names still work: slave for replica and ziplist for listpack in any name below, slaveof,
# min-slaves-to-write, min-slaves-max-lag, repl-ping-slave-period, lua-time-limit.

### Network

# The addresses to listen at; * is every one of IPv4, ::* of IPv6. One behind a - may be missing.
# With "bind 127.0.0.1" only programs on this machine can connect.
# bind * -::*
# The address that this server itself connects from, as a replica. An example:
# bind-source-addr 127.0.0.1
# While there is no password, refuse clients from other machines. Set a password before you say no.
protected-mode yes
# The port that clients connect to; 0: none.
port 6379
# Connections that may wait to be accepted. More for a rush of new clients.
tcp-backlog 511
# A socket file for programs on this machine, and its permissions. An example:
# unixsocket /run/redis/redis.sock
# unixsocketperm 700
# Close a client that was idle for so many seconds; 0: never.
timeout 0
# Probe a silent connection after so many seconds, to find out if the other side is gone; 0: never.
tcp-keepalive 300

### General

# yes: run in the background. The number of the process is written to pidfile (an example).
# daemonize no
# pidfile /run/redis/redis-server.pid
# How much is logged: debug, verbose, notice, warning (least), or nothing.
loglevel notice
# The file of the log; "" is the default: the terminal.
logfile /var/log/redis/redis-server.log
# How many databases there are for SELECT.
databases 16
# yes: the log begins with the logo even if it is a file.
always-show-logo no
# Rounds of housekeeping in a second, 1 to 500: expiry, time-outs. More is more exact, and more work.
hz 10
# yes: more rounds while there are many clients.
dynamic-hz yes
# yes: use spare time to finish growing and shrinking hash tables.
activerehashing yes

### Snapshots (RDB)

# "save 900 1": after 900 seconds, if there was 1 change or more. Several lines add up; save "" makes none.
save 900 1
save 300 10
save 60 10000
# Refuse writes after a snapshot has failed, so that somebody notices.
stop-writes-on-bgsave-error yes
# Compress strings: smaller files for a little work.
rdbcompression yes
# A checksum at the end, so that damage is found when loading.
rdbchecksum yes
dbfilename dump.rdb
# The folder of this file and of the log of writes. (By default: where the server is started.)
dir /var/lib/redis

### The log of all writes (AOF)

# Where it is on, it is what is loaded at the start, not the snapshot.
appendonly no
appendfilename appendonly.aof
# Its folder inside dir.
appenddirname appendonlydir
# When a write is safe from a power cut: always (before the reply: safest, slowest), everysec (a second
# may be lost), no (when the system likes: fastest).
appendfsync everysec
# yes: no syncing while a snapshot or rewrite goes on. Quicker, but more may be lost.
no-appendfsync-on-rewrite no
# Rewrite the log when it has grown by so many percent (0: never), from this size on.
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 64mb
# A log that ends in the middle of a write: yes drops that end and starts, no does not start.
aof-load-truncated yes
# A rewritten log begins with a snapshot, which loads quicker than commands.
aof-use-rdb-preamble yes
# yes: note the time in the log, to go back to a moment. Older servers cannot read that.
aof-timestamp-enabled no

### Replication

# Be a replica of the server at this host and port. An example:
# replicaof 127.0.0.1 6380
# The primary's password, and the user to log in as, if it wants them. Examples:
# masterauth secret
# masteruser replication
# Answer with old data while the primary cannot be reached; no: refuse until it can.
replica-serve-stale-data yes
# Refuse writes to a replica.
replica-read-only yes
# Sentinels prefer the replica with the lowest number; 0: never make it the primary.
replica-priority 100
# Whether sentinels tell clients of this replica.
# replica-announced yes
# The address and port by which others reach a replica, where it cannot tell itself; port 0: its own.
# The address is an example.
# replica-announce-ip 10.0.0.5
# replica-announce-port 0
# A primary takes writes only while so many replicas (0: does not matter) were heard of within so many
# seconds. It bounds what a failover can lose.
# min-replicas-to-write 0
# min-replicas-max-lag 10
# Send snapshots to replicas without a file between. no: if the disk is faster than the network.
repl-diskless-sync yes
# Seconds to wait for more replicas that can share the snapshot, or until there are so many (0: no such
# number).
repl-diskless-sync-delay 5
repl-diskless-sync-max-replicas 0
# How a replica loads it: disabled (by way of a file), on-empty-db (as it comes, where there is no data
# yet), swapdb (as it comes, the old data is kept until it is there: needs memory for both).
repl-diskless-load disabled
# Seconds between two PINGs to replicas, and after how many of silence a link is given up. The second
# must be the larger one.
# repl-ping-replica-period 10
# repl-timeout 60
# How much of the latest writes is kept for replicas that were away; more bridges longer breaks.
# repl-backlog-size 1mb
# Seconds without any replica after which that is freed; 0: never.
# repl-backlog-ttl 3600
# A replica leaves eviction to its primary.
# replica-ignore-maxmemory yes
# When a replica cannot run what its primary sends: ignore, panic (stop), panic-on-replicas.
# propagation-error-behavior ignore

### Security

# A client must say this password (AUTH) before anything else. An example:
# requirepass a-long-secret
# A user, as ACL SETUSER makes one. An example:
# user ann on >another-secret ~cart:* +@read +@write
# Calls a command something else, or takes it away ("") from everyone. Users' rules are better: clients know commands by
# their names, and so do replicas and the log. An example:
# rename-command FLUSHALL ""
# Or all users in a file of their own, for ACL LOAD and ACL SAVE; not both. An example:
# aclfile /etc/redis/users.acl
# Channels of a new user: resetchannels (none) or allchannels.
# acl-pubsub-default resetchannels
# Refused commands that ACL LOG remembers.
acllog-max-len 128
# Who may use DEBUG: no, yes, or local (clients on this machine).
enable-debug-command local
# Who may CONFIG SET dir and dbfilename: likewise.
enable-protected-configs no

### Clients

# Connections at a time; more are refused.
maxclients 10000
# Close a client when so much output waits for it, or when so much waits for so many seconds; 0: no bound.
client-output-buffer-limit normal 0 0 0
client-output-buffer-limit replica 256mb 64mb 60
client-output-buffer-limit pubsub 32mb 8mb 60
# The most input of a client that may wait, and the longest value in it.
# client-query-buffer-limit 1gb
# proto-max-bulk-len 512mb
# Memory for all clients' buffers (100mb, or 5% of maxmemory), beyond which the largest are closed; 0: no bound.
# maxmemory-clients 0
# Keys remembered for clients that cache (CLIENT TRACKING); 0: no bound.
# tracking-table-max-keys 1000000

### Memory

# The most memory, such as 100mb; 0: no bound. At the bound the policy counts.
maxmemory 0
# noeviction refuses writes. Others evict keys: volatile-… only those with a time to live, allkeys-… any;
# …-lru the longest unused, …-lfu the least used, …-random, volatile-ttl the next to expire.
# For a cache choose allkeys-lru.
maxmemory-policy noeviction
# Keys looked at for each eviction: more chooses better, and slower.
maxmemory-samples 5
# How long a command may be held up by eviction: 0 little, 100 as long as it takes.
# maxmemory-eviction-tenacity 10
# LFU: more needs more uses for a higher count; and the minutes after which a count falls by one.
# lfu-log-factor 10
# lfu-decay-time 1

### Expiry

# How hard expired keys are looked for, 1 to 10: more frees memory sooner, for more work.
# active-expire-effort 1

### Lua

# Milliseconds after which a script counts as too slow: others are told BUSY and may SCRIPT KILL; 0: never.
# busy-reply-threshold 5000

### Slow log, latency

# Commands that take so many microseconds or more are kept for SLOWLOG GET; 0: all, -1: none.
slowlog-log-slower-than 10000
# How many are kept.
slowlog-max-len 128
# LATENCY notes what takes so many milliseconds or more; 0: nothing.
latency-monitor-threshold 0
# Measure every command, for INFO latencystats, which shows these percentiles.
latency-tracking yes
# latency-tracking-info-percentiles 50 99 99.9

### Events

# What subscribers of __keyspace@0__:* (K) and __keyevent@0__:* (E) are told of: A all, or g generic,
# $ strings, l lists, s sets, h hashes, z sorted sets, t streams, x expired, e evicted, n new keys,
# m misses. "": nothing, which costs nothing; KEA: everything.
notify-keyspace-events ""

### Encodings

# Small values are kept compactly: up to so many entries, of so many bytes each. More saves memory and takes
# time. OBJECT ENCODING shows what a value has.
hash-max-listpack-entries 512
hash-max-listpack-value 64
zset-max-listpack-entries 128
zset-max-listpack-value 64
# set-max-listpack-entries 128
# set-max-listpack-value 64
# Sets of whole numbers.
set-max-intset-entries 512
# A node of a list: so many entries, or -1 to -5: 4, 8, 16, 32, 64 kb.
list-max-listpack-size -2
# Nodes at each end that are not compressed. Lists are never compressed here.
list-compress-depth 0
# A HyperLogLog up to so many bytes is kept sparse.
hll-sparse-max-bytes 3000
# A node of a stream: bytes and entries; 0: no bound.
stream-node-max-bytes 4096
stream-node-max-entries 100

### For tests

# Microseconds that every key takes when saving and loading, to watch a slow one.
# rdb-key-save-delay 0
# key-load-delay 0
# Bytes that are loaded before others get a turn.
# loading-process-events-interval-bytes 2097152

### Another file

# It is read here, after all that stands above. A pattern reads all files that fit. An example:
# include /etc/redis/other.conf
# The configuration of a Redis Sentinel: redis-sentinel /etc/redis/sentinel.conf
#
# Lines that begin with # are not read. The values here are the defaults, but for those marked as examples.
# The sentinel itself writes into this file, and keeps the comments: who it is (myid), the votes
# (current-epoch, config-epoch, leader-epoch), and who it has met (known-replica, known-sentinel). Each
# sentinel needs a file of its own: copy this one, and choose another port and logfile.

port 26379
# While there is no password, refuse clients from other machines. Sentinels must reach one another.
# protected-mode no
# yes: run in the background.
# daemonize no
# The folder it works in, and its log. Examples:
dir /var/lib/redis
logfile /var/log/redis/redis-sentinel.log

### The primary

# Its name, address and port, and the quorum: so many sentinels must find it down before one of them may
# start a failover. For that most of all sentinels must vote, so have three or more. Its replicas and the
# other sentinels are found by themselves. An example:
sentinel monitor mymaster 127.0.0.1 6379 2
# Milliseconds without an answer after which it counts as down. Less is quicker, and takes a slow moment for
# a crash; 5000 is usual.
# sentinel down-after-milliseconds mymaster 30000
# How many replicas turn to the new primary at once. More is quicker, but they cannot answer meanwhile.
# sentinel parallel-syncs mymaster 1
# Milliseconds that a failover may take. The same primary is not failed over again within twice that.
# sentinel failover-timeout mymaster 180000
# Milliseconds after which a primary that says it is loading counts as down; 0: never.
# sentinel master-reboot-down-after-period mymaster 0
# The user and the password by which the servers let a sentinel in. Examples:
# sentinel auth-user mymaster sentinel
# sentinel auth-pass mymaster a-long-secret
# Commands that the servers know by another name. An example:
# sentinel rename-command mymaster CONFIG another-name

### This sentinel

# The password for this sentinel. An example:
# requirepass another-secret
# The user and the password for the other sentinels. Examples:
# sentinel sentinel-user ann
# sentinel sentinel-pass another-secret
# The address and port by which others reach it, where it cannot tell itself. Examples:
# sentinel announce-ip 10.0.0.5
# sentinel announce-port 26379
# yes: names of hosts may stand for addresses, and be told to clients.
# sentinel resolve-hostnames no
# sentinel announce-hostnames no
# Whether clients may not set scripts. There are none here; subscribe to the events instead.
# sentinel deny-scripts-reconfig yes
`;
