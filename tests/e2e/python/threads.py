"""What threads, queues, pools and event loops do, run by CPython and in the tab: PORT stands before it."""

import asyncio
import atexit
import queue
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def show(what, call):
    try:
        print(what, "->", call())
    except Exception as error:
        print(what, "->", type(error).__name__, error)


def fails():
    raise ValueError("in a thread")


def caught(what):
    print("excepthook", what.exc_type.__name__, what.exc_value, what.thread.name)


threading.excepthook = caught
thread = threading.Thread(target=fails, name="worker")
thread.start()
thread.join()
threading.excepthook = threading.__excepthook__
thread = threading.Thread(target=sys.exit, args=(3,))
thread.start()
thread.join()

thread = threading.Thread(target=time.sleep, args=(2,))
thread.start()
thread.join(0.05)
print("alive", thread.is_alive())
thread.join()
print("alive", thread.is_alive())
show("not started", lambda: threading.Thread().join())
show("itself", lambda: threading.current_thread().join())

lock = threading.Lock()
show("release", lambda: lock.release())
lock.acquire()
show("not blocking", lambda: lock.acquire(False))
show("lock timeout", lambda: lock.acquire(timeout=0.05))
show("both", lambda: lock.acquire(False, 1))
lock.release()
again = threading.RLock()
again.acquire()
again.acquire()
again.release()
again.release()
show("not owned", lambda: again.release())

event = threading.Event()
show("event timeout", lambda: event.wait(0.02))
threading.Timer(0.02, event.set).start()
show("timer", lambda: event.wait(10))

barrier, out = threading.Barrier(3), []
threads = [threading.Thread(target=lambda: out.append(barrier.wait())) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("barrier", sorted(out))
show("broken barrier", lambda: barrier.wait(0.02))

condition, box = threading.Condition(), []


def consume():
    with condition:
        while not box:
            condition.wait()
        print("got", box.pop())


thread = threading.Thread(target=consume)
thread.start()
with condition:
    box.append(7)
    condition.notify()
thread.join()
show("condition", lambda: condition.wait(0.01))

semaphore = threading.Semaphore(2)
show("semaphore", lambda: (semaphore.acquire(), semaphore.acquire(), semaphore.acquire(timeout=0.02)))
local = threading.local()
local.x = 1
thread = threading.Thread(target=lambda: print("local", hasattr(local, "x")))
thread.start()
thread.join()

with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(lambda number: number * number, range(6))))
    show("future", lambda: pool.submit(fails).result())
    show("future timeout", lambda: pool.submit(time.sleep, 0.2).result(timeout=0.01))

q = queue.Queue(1)
q.put(1)
show("full", lambda: q.put(2, timeout=0.02))
q.get()
show("empty", lambda: q.get(timeout=0.02))


async def echo(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def main():
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(b"PING\r\n")
    await writer.drain()
    print("asyncio", await reader.readline())
    try:
        await asyncio.wait_for(reader.readline(), 0.05)
    except TimeoutError as error:
        print("asyncio", repr(error))
    writer.close()
    await writer.wait_closed()
    try:
        await asyncio.open_connection("127.0.0.1", 6399)
    except OSError as error:
        print("asyncio", type(error).__name__, error)
    print("a thread's", await asyncio.to_thread(lambda: 5))
    print(await asyncio.gather(asyncio.sleep(0.02, "late"), asyncio.sleep(0.01, "early")))
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"abc\n")
    print("a server's", await reader.read())
    writer.close()
    server.close()
    return "end"


print(asyncio.run(main()))
thread = threading.Thread(target=lambda: print("loop in a thread", asyncio.run(asyncio.sleep(0.01, "x"))))
thread.start()
thread.join()

atexit.register(print, "at exit")
pool = ThreadPoolExecutor(2)
pool.submit(print, "from a pool that is left open")
threading.Thread(target=time.sleep, args=(100_000,), daemon=True).start()
threading.Thread(target=lambda: (time.sleep(0.2), print("after the main thread"))).start()
print("the main thread is over")
