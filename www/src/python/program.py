"""Runs a script as a program is run: with names of its own, until its last thread has ended."""

import asyncio
import builtins
import gc
import linecache
import sys

import _lab_threads
import pyodide.webloop


def run(code, name):
    """Its exit status."""
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    names = {"__name__": "__main__", "__builtins__": builtins, "__file__": name, "__doc__": None}
    status = 0
    _lab_threads.begin()
    try:
        for step in (lambda: exec(compile(code, name, "exec"), names), _lab_threads.finish):
            try:
                step()
            except SystemExit as leaving:
                status = leaving.code
                if status is None or isinstance(status, int):
                    status = status or 0
                else:
                    print(status, file=sys.stderr)
                    status = 1
            except BaseException as error:
                status = 1
                # The first two lines are of here.
                trace = error.__traceback__ and error.__traceback__.tb_next
                sys.excepthook(type(error), error.with_traceback(trace and trace.tb_next), trace and trace.tb_next)
    finally:
        names.clear()
        sys.stdout.flush()
        sys.stderr.flush()
        _lab_threads.end()
    return status


def _input(prompt=""):
    print(prompt, end="", flush=True)
    raise EOFError("EOF when reading a line: there is no keyboard in the lab, give the script its values")


class EventLoop(asyncio.SelectorEventLoop):
    """CPython's own, over the lab's sockets."""

    def _sock_connect_cb(self, future, sock, address):
        error = sock.getsockopt(1, 4)
        if error and not future.done():
            # Numbers of errors are not Linux's here, so that no class is found by them.
            text = f"Connect call failed {address}"
            future.set_exception(ConnectionRefusedError(error, text))
        else:
            super()._sock_connect_cb(future, sock, address)


class EventLoopPolicy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = EventLoop


def install():
    builtins.input = _input
    asyncio.run = pyodide.webloop._orig_run
    asyncio._set_running_loop(None)
    asyncio.events._set_event_loop_policy(EventLoopPolicy())
    gc.freeze()


install()
