"""Sockets that lead into the lab, under CPython's own `socket`: whatever address is connected to, the lab answers, or
refuses. What listens in here is reached from here alone."""

import _socket
import errno
import importlib
import os
import select
import selectors
import socket as _module
import sys
import types

import _lab
from _lab import read, readable, to
from _lab_threads import receive, transmit, wait

# As on Linux, whatever the numbers are here: clients compare with `errno`, and learners read them.
for _name, _number in {
    "EBADF": 9,
    "EAGAIN": 11,
    "EWOULDBLOCK": 11,
    "EPIPE": 32,
    "EPROTONOSUPPORT": 93,
    "EOPNOTSUPP": 95,
    "EAFNOSUPPORT": 97,
    "EADDRINUSE": 98,
    "ECONNRESET": 104,
    "EISCONN": 106,
    "ENOTCONN": 107,
    "ETIMEDOUT": 110,
    "ECONNREFUSED": 111,
    "EHOSTUNREACH": 113,
    "EALREADY": 114,
    "EINPROGRESS": 115,
}.items():
    setattr(errno, _name, _number)
    errno.errorcode[_number] = _name

# Linux's, where Emscripten has none.
for _name, _number in {
    "AF_UNIX": 1,
    "AI_PASSIVE": 1,
    "MSG_DONTWAIT": 64,
    "MSG_NOSIGNAL": 0x4000,
    "SOMAXCONN": 4096,
    "SO_BROADCAST": 6,
    "SO_ERROR": 4,
    "SO_KEEPALIVE": 9,
    "SO_LINGER": 13,
    "SO_RCVBUF": 8,
    "SO_REUSEADDR": 2,
    "SO_REUSEPORT": 15,
    "SO_SNDBUF": 7,
    "SO_TYPE": 3,
    "TCP_KEEPCNT": 6,
    "TCP_KEEPIDLE": 4,
    "TCP_KEEPINTVL": 5,
    "TCP_NODELAY": 1,
    "TCP_USER_TIMEOUT": 18,
}.items():
    if not hasattr(_socket, _name):
        setattr(_socket, _name, _number)

_FIRST = 512
_LOCAL = ("", "0.0.0.0", "127.0.0.1", "localhost", "::1", "::")
_streams = {}
_default = None

# What belongs to a socket that has been detached, until another is made of its number.
_detached = {}


def _descriptor(number):
    """The lowest number that is free."""
    found = _FIRST
    while found in _streams or found in _detached:
        found += 1
    _streams[found] = number
    return found


def _is_closed():
    return OSError(errno.EBADF, "Bad file descriptor")


def _not_connected():
    return OSError(errno.ENOTCONN, "Transport endpoint is not connected")


def _would_block():
    return BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


class Socket:
    """What `_socket.socket` is to CPython's `socket.socket`."""

    __slots__ = ("_bound", "_family", "_fd", "_listens", "_peer", "_proto", "_stream", "_timeout", "_type")

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        self._fd = -1
        self._family = _socket.AF_INET if family == -1 else int(family)
        self._type = _socket.SOCK_STREAM if type == -1 else int(type) & 0xF
        self._proto = 0 if proto == -1 else proto
        self._timeout = _default
        self._bound = self._peer = None
        self._listens = False
        if fileno is not None:
            if fileno not in _detached:
                raise _is_closed()
            self._stream, self._bound, self._peer = _detached.pop(fileno)
            self._fd = fileno
            _streams[fileno] = self._stream
            return
        if self._family not in (_socket.AF_INET, _socket.AF_INET6, _socket.AF_UNIX):
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        if self._type != _socket.SOCK_STREAM:
            raise OSError(errno.EPROTONOSUPPORT, "Protocol not supported")
        self._stream = _lab.create()
        self._fd = _descriptor(self._stream)

    def __del__(self):
        if getattr(self, "_fd", -1) >= 0:
            Socket.close(self)

    # ------------------------------------------------------------------------------------------------------- settings

    family = property(lambda self: self._family)
    type = property(lambda self: self._type)
    proto = property(lambda self: self._proto)
    timeout = property(lambda self: self._timeout)

    def settimeout(self, timeout):
        if timeout is not None:
            timeout = float(timeout)
            if timeout < 0:
                raise ValueError("Timeout value out of range")
        self._timeout = timeout

    def gettimeout(self):
        return self._timeout

    def setblocking(self, blocking):
        self._timeout = None if blocking else 0.0

    def getblocking(self):
        return self._timeout != 0

    def setsockopt(self, level, option, value=None, length=None):
        self._alive()

    def getsockopt(self, level, option, length=0):
        self._alive()
        if level == _socket.SOL_SOCKET and option == _socket.SO_ERROR:
            return errno.ECONNREFUSED if _lab.state(self._stream) == "refused" else 0
        if level == _socket.SOL_SOCKET and option == _socket.SO_TYPE:
            return self._type
        return bytes(length) if length else 0

    def fileno(self):
        return self._fd

    def getpeername(self):
        self._alive()
        if self._peer is None or not self._connected():
            raise _not_connected()
        return self._peer

    def getsockname(self):
        self._alive()
        if self._bound is not None:
            return self._bound
        if self._family == _socket.AF_UNIX:
            return ""
        if self._peer is None:
            return ("0.0.0.0", 0)
        return ("127.0.0.1", 32768 + self._stream % 28232)

    # ----------------------------------------------------------------------------------------------------- connecting

    def _alive(self):
        if self._fd < 0:
            raise _is_closed()

    def _connected(self):
        return _lab.state(self._stream) == "open"

    def _milliseconds(self):
        return -1 if self._timeout is None else self._timeout * 1000

    def _address(self, address):
        if self._family == _socket.AF_UNIX:
            return os.fsdecode(address), -1
        if not isinstance(address, tuple):
            raise TypeError(f"connect(): AF_INET address must be tuple, not {type(address).__name__}")
        host, port = address[0], address[1]
        if not isinstance(port, int):
            raise TypeError(f"'{type(port).__name__}' object cannot be interpreted as an integer")
        if not 0 <= port <= 65535:
            raise OverflowError("connect(): port must be 0-65535.")
        return str(host), port

    def connect(self, address):
        self._alive()
        host, port = self._address(address)
        state = _lab.state(self._stream)
        if state == "open":
            raise OSError(errno.EISCONN, "Transport endpoint is already connected")
        if state == "opening":
            raise OSError(errno.EALREADY, "Operation already in progress")
        self._peer = address
        _lab.connect(self._stream, f"unix:{host}" if port < 0 else host, port)
        if port < 0 and _lab.state(self._stream) == "refused":
            _lab.close(self._stream)
            _streams[self._fd] = self._stream = _lab.create()
            raise FileNotFoundError(2, "No such file or directory")
        if self._timeout == 0 and _lab.state(self._stream) == "opening":
            raise BlockingIOError(errno.EINPROGRESS, "Operation now in progress")
        _lab.opened(self._stream, self._milliseconds())
        opened = wait()
        if opened is None:
            raise TimeoutError("timed out")
        if not opened:
            _lab.close(self._stream)
            _streams[self._fd] = self._stream = _lab.create()
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

    def connect_ex(self, address):
        try:
            self.connect(address)
        except TimeoutError:
            return errno.EAGAIN
        except OSError as error:
            return error.errno
        return 0

    def bind(self, address):
        self._alive()
        if self._family != _socket.AF_UNIX:
            host, port = self._address(address)
            if port == 0:
                port = 40000 + self._stream % 20000
            address = (host or "0.0.0.0", port)
        self._bound = address

    def listen(self, backlog=128):
        self._alive()
        if self._listens:
            return
        if self._bound is None:
            self.bind(("", 0))
        isUnix = self._family == _socket.AF_UNIX
        name = f"unix:{os.fsdecode(self._bound)}" if isUnix else str(self._bound[1])
        if not _lab.listen(self._stream, name):
            raise OSError(errno.EADDRINUSE, "Address already in use")
        if isUnix:
            # As on Linux there is a file then.
            open(self._bound, "wb").close()
        self._listens = True

    def _accept(self):
        self._alive()
        if not self._listens:
            raise OSError(22, "Invalid argument")
        while True:
            stream = _lab.accept(self._stream)
            if stream >= 0:
                break
            if self._timeout == 0:
                self._look()
                stream = _lab.accept(self._stream)
                if stream < 0:
                    raise _would_block()
                break
            _lab.watch(self._stream, 1)
            _lab.poll(self._milliseconds())
            if wait() is None:
                raise TimeoutError("timed out")
            self._alive()
        peer = "" if self._family == _socket.AF_UNIX else ("127.0.0.1", 32768 + stream % 28232)
        fd = _descriptor(stream)
        del _streams[fd]
        _detached[fd] = (stream, self._bound, peer)
        return fd, peer

    # ------------------------------------------------------------------------------------------------------- transfer

    def _look(self):
        """Whether there is something to read now."""
        found = readable(self._stream)
        if found == 2:
            # Nothing can come while nobody waits.
            _lab.turn()
            wait()
            found = readable(self._stream)
        return found == 1

    def send(self, data, flags=0):
        if self._fd < 0:
            raise _is_closed()
        while True:
            to(self._stream)
            try:
                return transmit(data)
            except BlockingIOError:
                if not self._connected():
                    raise BrokenPipeError(errno.EPIPE, "Broken pipe") from None
                if self._timeout == 0:
                    raise _would_block() from None
            except BrokenPipeError:
                raise BrokenPipeError(errno.EPIPE, "Broken pipe") from None
            _lab.watch(self._stream, 4)
            _lab.poll(self._milliseconds())
            if wait() is None:
                raise TimeoutError("timed out")
            self._alive()

    def sendall(self, data, flags=0):
        sent = self.send(data, flags)
        view = memoryview(data).cast("B") if sent != len(data) else data
        while sent < len(view):
            sent += self.send(view[sent:], flags)

    def sendmsg(self, buffers, *_):
        return self.send(b"".join(buffers))

    def recv(self, size, flags=0):
        if self._fd < 0:
            raise _is_closed()
        if size < 0:
            raise ValueError("negative buffersize in recv")
        timeout = self._timeout
        if timeout == 0:
            if not self._look():
                if not self._connected():
                    raise _not_connected()
                raise _would_block()
        elif self._peer is None:
            raise _not_connected()
        read(self._stream, -1 if timeout is None else timeout * 1000, flags & _socket.MSG_PEEK)
        data = receive(size)
        if data is None:
            if timeout == 0:
                raise _would_block()
            raise TimeoutError("timed out")
        return data

    def recv_into(self, buffer, nbytes=0, flags=0):
        view = memoryview(buffer).cast("B")
        data = self.recv(nbytes or len(view), flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, size, flags=0):
        return self.recv(size, flags), None

    def recvfrom_into(self, buffer, nbytes=0, flags=0):
        return self.recv_into(buffer, nbytes, flags), None

    def recvmsg(self, size, ancillary=0, flags=0):
        return self.recv(size, flags), [], 0, None

    def shutdown(self, how):
        self._alive()
        if not self._connected():
            raise _not_connected()
        if how not in (_socket.SHUT_RD, _socket.SHUT_WR, _socket.SHUT_RDWR):
            raise OSError(22, "Invalid argument")
        _lab.shut(self._stream, how != _socket.SHUT_WR, how != _socket.SHUT_RD)

    def close(self):
        if self._fd >= 0:
            _streams.pop(self._fd, None)
            self._fd = -1
            _lab.close(self._stream)

    def detach(self):
        fd = self._fd
        if fd >= 0:
            _streams.pop(fd)
            _detached[fd] = (self._stream, self._bound, self._peer)
            self._fd = -1
        return fd


def socketpair(family=None, type=_socket.SOCK_STREAM, proto=0):
    last = _lab.pair()
    ends = []
    for stream in (last - 1, last):
        fd = _descriptor(stream)
        del _streams[fd]
        _detached[fd] = (stream, "", "")
        ends.append(Socket(_socket.AF_UNIX, type, proto, fd))
    return tuple(ends)


# ------------------------------------------------------------------------------------------------------------------ names


def _service(port):
    if port is None or port == "":
        return 0
    try:
        return int(port) & 0xFFFF
    except ValueError:
        names = {b"http": 80, b"https": 443, b"redis": 6379}
        name = port if isinstance(port, bytes) else str(port).encode()
        if name not in names:
            raise _socket.gaierror(-8, "Servname not supported for ai_socktype") from None
        return names[name]


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """Every name is known: the lab says who it is."""
    if isinstance(host, bytes):
        host = host.decode("idna")
    if host is None:
        host = "0.0.0.0" if flags & _socket.AI_PASSIVE else "127.0.0.1"
    elif host in _LOCAL:
        host = "0.0.0.0" if host in ("", "0.0.0.0", "::") else "127.0.0.1"
    if len(host) > 253:
        raise _socket.gaierror(-2, "Name or service not known")
    if type not in (0, _socket.SOCK_STREAM):
        raise _socket.gaierror(-7, "ai_socktype not supported")
    return [(_socket.AF_INET, _socket.SOCK_STREAM, _socket.IPPROTO_TCP, "", (host, _service(port)))]


def gethostbyname(host):
    return getaddrinfo(host, 0)[0][4][0]


def setdefaulttimeout(timeout):
    global _default
    if timeout is not None and timeout < 0:
        raise ValueError("Timeout value out of range")
    _default = timeout


# ------------------------------------------------------------------------------------------------------------- readiness


def _number(file):
    fd = file if isinstance(file, int) else file.fileno()
    if fd < 0:
        raise ValueError(f"file descriptor cannot be a negative integer ({fd})")
    return fd


def _ready(wanted, timeout):
    """Which of the descriptors are ready for what: {number: events}. None: without end."""
    found = {}
    if not wanted and timeout == 0:
        return found
    for isLast in (False, True):
        for fd, events in wanted.items():
            stream = _streams.get(fd)
            if stream is None:
                found[fd] = 32
                continue
            ready = _lab.ready(stream, events)
            if ready:
                found[fd] = ready
        if found or isLast:
            return found
        if timeout == 0:
            _lab.turn()
        else:
            for fd, events in wanted.items():
                _lab.watch(_streams[fd], events)
            _lab.poll(-1 if timeout is None else max(0, timeout) * 1000)
        wait()
    return found


class _Select:
    """select.select, which like anything built in is no method where a class holds it."""

    def __call__(self, rlist, wlist, xlist, timeout=None, /):
        return _select(rlist, wlist, xlist, timeout)


def _select(rlist, wlist, xlist, timeout):
    if timeout is not None and timeout < 0:
        raise ValueError("timeout must be non-negative")
    lists = [list(rlist), list(wlist), list(xlist)]
    wanted = {}
    for files, events in zip(lists, (1, 4, 0)):
        for file in files:
            fd = _number(file)
            if fd not in _streams:
                raise _is_closed()
            wanted[fd] = wanted.get(fd, 0) | events
    found = _ready(wanted, timeout)
    ready = ([file for file in files if found.get(_number(file), 0) & events] for files, events in zip(lists, (1, 4, 0)))
    return tuple(ready)


class Poll:
    """select.poll."""

    def __init__(self):
        self._wanted = {}

    def register(self, file, events=1 | 2 | 4):
        self._wanted[_number(file)] = events

    def modify(self, file, events):
        fd = _number(file)
        if fd not in self._wanted:
            raise FileNotFoundError(2, "No such file or directory")
        self._wanted[fd] = events

    def unregister(self, file):
        del self._wanted[_number(file)]

    def poll(self, timeout=None):
        seconds = None if timeout is None or timeout < 0 else timeout / 1000
        return list(_ready(self._wanted, seconds).items())


def _install():
    global _module
    # urllib3 would go to the browser's fetch, and not into the lab.
    fetches = types.ModuleType("urllib3.contrib.emscripten")
    fetches.inject_into_urllib3 = lambda: None
    sys.modules[fetches.__name__] = fetches
    _socket.socket = _socket.SocketType = Socket
    _socket.socketpair = socketpair
    _socket.getaddrinfo = getaddrinfo
    _socket.gethostbyname = gethostbyname
    _socket.gethostbyname_ex = lambda host: (host, [], [gethostbyname(host)])
    _socket.gethostname = lambda: "lab"
    _socket.getdefaulttimeout = lambda: _default
    _socket.setdefaulttimeout = setdefaulttimeout
    _module = importlib.reload(_module)
    select.select = _Select()
    select.poll = Poll
    select.POLLIN, select.POLLPRI, select.POLLOUT = 1, 2, 4
    select.POLLERR, select.POLLHUP, select.POLLNVAL = 8, 16, 32
    importlib.reload(selectors)


_install()
