"""redis-py's documented flows: flows.py NAME PORT PROTOCOL prints "done" when it has gone well."""

import sys
import threading

import redis


def data(client, _connect):
    assert client.set("foo", "bar") and client.get("foo") == "bar"
    assert client.setex("brief", 10, "x") and 0 < client.ttl("brief") <= 10
    assert client.incr("n") == 1 and client.incrbyfloat("f", 0.5) == 0.5
    client.hset("user:1", mapping={"name": "Ada", "age": 36})
    assert client.hgetall("user:1") == {"name": "Ada", "age": "36"}
    assert client.rpush("list", "a", "b", "c") == 3
    assert client.lrange("list", 0, -1) == ["a", "b", "c"]
    assert client.sadd("set", "x", "y") == 2
    assert client.smembers("set") == {"x", "y"}
    assert client.zadd("ranking", {"a": 1.5, "b": 2}) == 2
    scores = client.zrange("ranking", 0, -1, withscores=True)
    assert [tuple(pair) for pair in scores] == [("a", 1.5), ("b", 2.0)], scores
    assert client.info()["redis_version"].startswith("7.2")


def pipeline(client, _connect):
    pipe = client.pipeline(transaction=False)
    for at in range(10_000):
        pipe.set(f"key:{at}", "x" * 200)
    assert all(pipe.execute())
    assert client.dbsize() == 10_000
    assert client.pipeline().set("a", 1).incr("a").get("a").execute() == [True, 2, "2"]


def transaction(client, connect):
    client.set("n", 1)
    with client.pipeline() as pipe:
        pipe.watch("n")
        connect().set("n", 5)
        pipe.multi()
        pipe.incr("n")
        try:
            pipe.execute()
            raise AssertionError("it was not refused")
        except redis.WatchError:
            pass

    def double(pipe):
        current = int(pipe.get("n"))
        pipe.multi()
        pipe.set("n", current * 2)

    assert client.transaction(double, "n") == [True]
    assert client.get("n") == "10"


def pubsub(client, connect):
    listener = connect().pubsub()
    listener.subscribe("news")
    listener.psubscribe("n*")
    kinds = [listener.get_message(timeout=5)["type"] for _ in range(2)]
    assert kinds == ["subscribe", "psubscribe"], kinds
    assert client.publish("news", "hello") == 2
    messages = [listener.get_message(timeout=5) for _ in range(2)]
    assert [(it["type"], it["data"]) for it in messages] == [
        ("message", "hello"),
        ("pmessage", "hello"),
    ]
    listener.close()


def blocking(client, connect):
    got = []
    waiter = threading.Thread(target=lambda: got.append(connect().blpop("queue", 5)))
    waiter.start()
    client.rpush("queue", "job")
    waiter.join()
    assert [tuple(pair) for pair in got] == [("queue", "job")], got
    assert client.brpop("queue", 0.05) is None


def scan(client, _connect):
    client.mset({f"key:{at}": at for at in range(500)})
    assert len(set(client.scan_iter("key:*"))) == 500
    client.hset("large", mapping={f"f{at}": at for at in range(600)})
    assert len(dict(client.hscan_iter("large"))) == 600


def lock(client, _connect):
    with client.lock("lock", timeout=5) as held:
        assert held.owned()
        assert not client.lock("lock", blocking=False).acquire()
        held.extend(5)
    assert client.get("lock") is None


def streams(client, _connect):
    entry = client.xadd("stream", {"name": "ada"})
    assert client.xrange("stream") == [(entry, {"name": "ada"})]
    client.xgroup_create("stream", "readers", id="0")
    assert client.xreadgroup("readers", "me", {"stream": ">"})
    assert client.xack("stream", "readers", entry) == 1


def script(client, _connect):
    multiply = client.register_script("return redis.call('GET', KEYS[1]) * ARGV[1]")
    client.set("n", 6)
    assert multiply(keys=["n"], args=[7]) == 42


def main():
    name, port, protocol = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

    def connect():
        return redis.Redis(port=port, protocol=protocol, decode_responses=True)

    client = connect()
    client.flushall()
    globals()[name](client, connect)
    print("done")


main()
