"""Threads that take turns: what `threading` is built on, made of calls that stand still until a promise is settled.

A thread runs until it waits for something: the network, a lock, sleep. Only where the browser can switch stacks (JSPI)
can a call stand still; elsewhere code of one thread runs, and waiting says what is missing.
"""

import _thread
import _threading_local
import concurrent.futures.thread
import gc
import itertools
import logging
import queue
import threading
import time

import _lab
import pyodide.ffi
import pyodide.webloop
from pyodide.ffi import can_run_sync, create_proxy
from pyodide.ffi import run_sync as stand_still

MISSING = "this browser cannot suspend Python (JSPI): it needs Chromium 137 or newer"

_main = _thread.get_ident()
_current = _main
_numbers = itertools.count(_main + 1)
_alive = 0


def wait(promise):
    """Lets others have their turn until a promise is settled; its value."""
    global _current
    if not can_run_sync():
        raise RuntimeError(MISSING)
    me = _current
    try:
        return stand_still(promise)
    finally:
        _current = me


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
        until = None if timeout is None or timeout < 0 else time.monotonic() + timeout
        while self._locked:
            left = -1 if until is None else (until - time.monotonic()) * 1000
            if until is not None and left <= 0:
                return False
            bell = _lab.bell(left)
            self._waiting.append(bell)
            wait(bell.promise)
            if bell in self._waiting:
                self._waiting.remove(bell)
        self._locked = True
        return True

    def release(self):
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        self._locked = False
        if self._waiting:
            self._waiting.pop(0).ring()

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
            self._waiting.pop().ring()

    def join(self, timeout=None):
        if self._done:
            return
        bell = _lab.bell(-1 if timeout is None or timeout < 0 else timeout * 1000)
        self._waiting.append(bell)
        wait(bell.promise)


def start_joinable_thread(function, handle=None, daemon=True):
    global _alive
    if not can_run_sync():
        raise RuntimeError(f"can't start new thread: {MISSING}")
    handle = handle or Handle()
    handle.ident = ident = next(_numbers)
    _alive += 1

    def enter():
        global _alive, _current
        _current = ident
        try:
            function()
        finally:
            _alive -= 1
            handle._set_done()

    _lab.spawn(create_proxy(enter))
    return handle


def start_new_thread(function, args, kwargs=None):
    return start_joinable_thread(lambda: function(*args, **(kwargs or {}))).ident


def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    wait(_lab.sleep(seconds * 1000))


def finish():
    """As at the end of a program: waits for all threads that are no daemons."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()


def install():
    pyodide.ffi.run_sync = pyodide.webloop.run_sync = wait
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
    time.time = lambda: _lab.now() / 1000
    time.monotonic = time.perf_counter = lambda: _lab.now() / 1000
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
    # Collecting by itself would walk stacks that stand still.
    gc.disable()


install()
