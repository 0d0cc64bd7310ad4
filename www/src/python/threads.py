"""Threads that take turns: what `threading` is built on, made of calls that stand still until a promise is settled.

A thread runs until it waits for something: the network, a lock, sleep. Only where the browser can switch stacks (JSPI)
can a call stand still while others run; elsewhere code of one thread runs.
"""

import _socket
import _thread
import _threading_local
import atexit
import concurrent.futures.thread
import gc
import itertools
import logging
import queue
import threading
import time

import _lab
from _lab import monotonic, now
from pyodide.ffi import create_proxy

MISSING = "this browser cannot suspend Python (it has no JSPI, as Chromium has since version 137)"

_main = _thread.get_ident()
_current = _main
_numbers = itertools.count(_main + 1)
_bells = itertools.count(1)
_alive = 0
# Those whose program has ended.
_doomed = set()

# Everything that waits passes through this one socket of Emscripten's: a call of `recv` stands still until the promise
# that has been prepared is settled. It costs a few microseconds, where `run_sync`, which goes by way of futures and an
# event loop, takes a hundred.
_gate = _socket.socket()
_lab.operate(_gate.fileno())
_receive, transmit = _gate.recv, _gate.send


def receive(size):
    """Waits as has been prepared: what has come; None when time is over. Others have their turn meanwhile."""
    global _current
    me = _current
    try:
        return _receive(size)
    except BlockingIOError:
        return None
    except OSError as error:
        if error.errno == 52:
            raise RuntimeError(f"nothing can be waited for: {MISSING}") from None
        if me in _doomed:
            raise SystemExit from None
        raise OSError(9, "Bad file descriptor") from None
    finally:
        _current = me


def wait():
    """The same for what has nothing to give: b"" for no, something for yes, None when time is over."""
    return receive(1)


def get_ident():
    return _current


class Lock:
    """A lock that passes from who lets it go to who has waited longest."""

    __slots__ = ("__weakref__", "_locked", "_waiting")

    def __init__(self):
        self._locked = False
        self._waiting = []

    def acquire(self, blocking=True, timeout=-1):
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if not self._locked:
            self._locked = True
            return True
        if not blocking or timeout == 0:
            return False
        if timeout is None or timeout < 0:
            if timeout is not None and timeout != -1:
                raise ValueError("timeout value must be a non-negative number")
            until = None
        else:
            until = time.monotonic() + timeout
        while self._locked:
            left = -1 if until is None else (until - time.monotonic()) * 1000
            if until is not None and left <= 0:
                return False
            bell = next(_bells)
            self._waiting.append(bell)
            _lab.bell(bell, left)
            try:
                wait()
            finally:
                _lab.forget(bell)
                if bell in self._waiting:
                    self._waiting.remove(bell)
        self._locked = True
        return True

    def release(self):
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        self._locked = False
        if self._waiting:
            _lab.ring(self._waiting.pop(0))

    def locked(self):
        return self._locked

    def _at_fork_reinit(self):
        self.__init__()

    acquire_lock, release_lock, locked_lock = acquire, release, locked
    __enter__ = acquire

    def __exit__(self, *_):
        self.release()


class Handle:
    """What one waits for who joins a thread."""

    def __init__(self):
        self.ident = None
        self._done = False
        self._waiting = []

    def is_done(self):
        return self._done

    def _set_done(self):
        self._done = True
        while self._waiting:
            _lab.ring(self._waiting.pop())

    def join(self, timeout=None):
        if self._done:
            return
        bell = next(_bells)
        self._waiting.append(bell)
        _lab.bell(bell, -1 if timeout is None or timeout < 0 else timeout * 1000)
        try:
            wait()
        finally:
            _lab.forget(bell)
            if bell in self._waiting:
                self._waiting.remove(bell)


def start_joinable_thread(function, handle=None, daemon=True):
    global _alive
    if not _lab.suspends:
        raise RuntimeError(f"can't start new thread: {MISSING}")
    handle = handle or Handle()
    handle.ident = ident = next(_numbers)
    _alive += 1

    def enter():
        global _alive, _current
        _current = ident
        try:
            function()
        except SystemExit:
            pass
        finally:
            _alive -= 1
            _doomed.discard(ident)
            handle._set_done()

    _lab.spawn(create_proxy(enter))
    return handle


def start_new_thread(function, args, kwargs=None):
    return start_joinable_thread(lambda: function(*args, **(kwargs or {}))).ident


def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    until = time.monotonic() + seconds
    _lab.sleep(seconds * 1000)
    wait()
    # The lab's clock may have been slower than was known here.
    left = until - time.monotonic()
    if 0 < left < min(seconds, 0.1):
        _lab.sleep(left * 1000)
        wait()


def begin():
    """A program begins: this is its main thread."""
    global _current
    _current = _main


def finish():
    """As when a program ends: waits for its threads but daemons, and does what it has registered."""
    for exiting in reversed(threading._threading_atexits):
        exiting()
    concurrent.futures.thread._shutdown = False
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()


def end():
    """What is left of a program ends with it: daemons, connections."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            _doomed.add(thread.ident)
    # Whoever catches it and waits again ends then.
    for _ in range(100):
        if _alive == 0:
            break
        _lab.cancel()
        _lab.turn()
        wait()
    _lab.closeAll()
    if _alive == 0:
        gc.collect()


def install():
    _thread.get_ident = threading.get_ident = get_ident
    _thread.allocate_lock = threading._allocate_lock = threading.Lock = Lock
    _thread.start_joinable_thread = threading._start_joinable_thread = start_joinable_thread
    _thread.start_new_thread = start_new_thread
    _thread._ThreadHandle = threading._ThreadHandle = Handle
    threading._CRLock = None
    threading.RLock = threading._PyRLock
    threading.local = _threading_local.local
    _threading_local.RLock = threading._PyRLock
    queue.SimpleQueue = queue._PySimpleQueue
    time.sleep = sleep
    time.time = lambda: now() / 1000
    time.time_ns = lambda: int(now() * 1000000)
    time.monotonic = time.perf_counter = lambda: monotonic() / 1000
    time.monotonic_ns = time.perf_counter_ns = lambda: int(monotonic() * 1000000)
    threading._time = time.monotonic
    # What was made before has the old locks.
    main = threading.main_thread()
    main._started = threading.Event()
    main._started.set()
    threading._active_limbo_lock = threading._PyRLock()
    concurrent.futures.thread._global_shutdown_lock = Lock()
    logging._lock = threading._PyRLock()
    for reference in list(logging._handlerList):
        handler = reference()
        if handler:
            handler.createLock()
    atexit._clear()
    # Collecting by itself would walk stacks that stand still.
    gc.disable()


install()
