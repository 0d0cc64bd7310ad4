/**
 * What labs and scripts are likely to hold, the likeliest last: a link refers to it instead of spelling it out, which makes
 * short links shorter by a quarter. It is part of version 1 of links. Never change it: a better one is a new version.
 */
export const dictionary = `port 26379
sentinel monitor mymaster 127.0.0.1 6379 2
sentinel down-after-milliseconds mymaster 5000
sentinel failover-timeout mymaster 20000
/etc/redis/redis.conf /etc/redis/sentinel-26379.conf --sentinel /home/learner/script.py --port 6380 --replicaof --repl-diskless-sync-delay 0 /var/lib/redis-6380 *3\r
$6\r
CONFIG\r
$3\r
GET\r
$1\r
*\r
*3\r
$3\r
SET\r
$9\r
REPLICAOF\r
$2\r
NO\r
$3\r
ONE\r
*4\r
$4\r
ZADD\r
$7\r
ranking\r
import threading
import time
import redis

r = redis.Redis(host='127.0.0.1', port=6379, decode_responses=True)
for name, score in r.zrevrange('ranking', 0, 9, withscores=True):
    print(name, score)
def run():
    with r.lock('lock', timeout=10):
        return int(r.get('score'))
pipe = r.pipeline()
pipe.execute()
r.zadd('ranking', {'song1': 3})
threads = [threading.Thread(target=run) for _ in range(30)]
for thread in threads:
    thread.start()
    thread.join()
if __name__ == '__main__':
while True:
    try:
    except redis.exceptions.ResponseError as error:
PSUBSCRIBE PUBLISH SUBSCRIBE news XREADGROUP GROUP XGROUP CREATE MKSTREAM XPENDING XREAD COUNT BLOCK STREAMS XRANGE - + XADD * GEOADD GEOSEARCH FROMLONLAT BYRADIUS PFADD PFCOUNT EVAL "return redis.call('get', KEYS[1])" 1 OBJECT ENCODING BITOP AND OR BITCOUNT active SETBIT active:2024-01-01 GETBIT DEBUG SLEEP INFO replication CONFIG GET CONFIG SET appendfsync everysec CONFIG SET appendonly yes CONFIG SET save "900 1 300 10" CONFIG REWRITE maxmemory-policy allkeys-lru BGREWRITEAOF BGSAVE SHUTDOWN NOSAVE REPLICAOF NO ONE SLAVEOF 127.0.0.1 6379
SENTINEL get-master-addr-by-name mymaster
WATCH MULTI DISCARD EXEC
UNLINK EXISTS RENAME PERSIST PTTL PEXPIRE EXPIRE TYPE KEYS * SCAN 0 MATCH user:* COUNT 100 DBSIZE FLUSHDB FLUSHALL SELECT 1
LPUSHX RPUSH LLEN LINDEX LSET LREM LTRIM LRANGE queue 0 -1
BLPOP BRPOP queue 0
LPOP RPOP queue
LPUSH queue job1 job2 job3
HMSET HSETNX HEXISTS HKEYS HVALS HLEN HDEL HMGET HINCRBY HGET user:1 name
HGETALL user:1
HSET user:1 name "Alice" age 20 city "Beijing" email visits
SMEMBERS SISMEMBER SCARD SREM SPOP SRANDMEMBER SMOVE SDIFFSTORE SINTERSTORE SUNIONSTORE follows:both SDIFF SUNION SINTER follows:1 follows:2
SADD follows:1 user:2 user:3 user:4
APPEND STRLEN GETRANGE SETRANGE GETSET MSET MGET GETDEL SETNX SETEX DECR DECRBY INCRBYFLOAT INCRBY INCR counter
GET greeting
SET greeting "hello world"
SET lock:order token NX EX 30
TTL DEL lock
ZRANGEBYSCORE (0 +inf -inf ZREVRANGEBYSCORE LIMIT ZRANGEBYLEX ZPOPMAX ZPOPMIN ZREMRANGEBYRANK ZREMRANGEBYSCORE ZCOUNT ZLEXCOUNT ZCARD ZREM ZSCORE ZRANK ZREVRANK ranking song1
ZINTERSTORE sales:total 3 day1 day2 day3 WEIGHTS 1 2 3 AGGREGATE MIN
ZUNIONSTORE sales:total 3 sales:day1 sales:day2 sales:day3 AGGREGATE SUM
ZUNIONSTORE sales:total 3 sales:day1 sales:day2 sales:day3 AGGREGATE MAX
ZREVRANGE sales:total 0 -1 WITHSCORES
ZADD sales:day1 100 phone1 120 phone2 90 phone3 75 phone4
ZRANGE ranking 0 -1 WITHSCORES
ZREVRANGE ranking 0 2 WITHSCORES
ZINCRBY ranking 5 song3
ZADD ranking 50 song1 62 song2 34 song3 81 song4 47 song5 29 song6 73 song7 15 song8 66 song9`;
