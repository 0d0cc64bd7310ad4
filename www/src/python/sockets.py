"""Sockets that lead into the lab: whatever address is connected to, the lab answers, or refuses."""

import errno
import socket

import _lab
from _lab_threads import wait

# As on Linux, whatever the numbers are here: clients compare with `errno`, and learners read them.
for _name, _number in {
    "EBADF": 9,
    "EAGAIN": 11,
    "EWOULDBLOCK": 11,
    "EPIPE": 32,
    "EPROTONOSUPPORT": 93,
    "ECONNRESET": 104,
    "EISCONN": 106,
    "ENOTCONN": 107,
    "ETIMEDOUT": 110,
    "ECONNREFUSED": 111,
    "EHOSTUNREACH": 113,
    "EINPROGRESS": 115,
}.items():
    setattr(errno, _name, _number)


class LabSocket:
    """As much of a TCP socket as clients use."""

    def __init__(self, family=socket.AF_INET, type=socket.SOCK_STREAM, proto=0, fileno=None):
        if type & socket.SOCK_STREAM == 0:
            raise OSError(errno.EPROTONOSUPPORT, "Protocol not supported")
        self.family, self.type, self.proto = family, type, proto
        self._connection = None
        self._received = b""
        self._ended = False
        self._closed = False
        self._timeout = socket.getdefaulttimeout()
        self._peer = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()

    def setsockopt(self, *_):
        pass

    def getsockopt(self, *_):
        return 0

    def settimeout(self, timeout):
        if timeout is not None and timeout < 0:
            raise ValueError("Timeout value out of range")
        self._timeout = timeout

    def gettimeout(self):
        return self._timeout

    def setblocking(self, blocking):
        self._timeout = None if blocking else 0.0

    def getblocking(self):
        return self._timeout != 0

    def fileno(self):
        return -1 if self._connection is None else 1000 + self._connection

    def getpeername(self):
        if self._connection is None:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return self._peer

    def getsockname(self):
        return ("127.0.0.1", 49152 + (self._connection or 0) % 16384)

    def connect(self, address):
        if self._closed:
            raise OSError(errno.EBADF, "Bad file descriptor")
        if self._connection is not None:
            raise OSError(errno.EISCONN, "Transport endpoint is already connected")
        host, port = address[0], int(address[1])
        connection = wait(_lab.open(str(host), port))
        if connection < 0:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        self._connection, self._peer = connection, (host, port)

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as error:
            return error.errno
        return 0

    def _alive(self):
        if self._closed:
            raise OSError(errno.EBADF, "Bad file descriptor")
        if self._connection is None:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    def sendall(self, data, flags=0):
        self._alive()
        if self._ended:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        answer = wait(_lab.send(self._connection, bytes(data)))
        self._take(answer)

    def send(self, data, flags=0):
        self.sendall(data, flags)
        return len(data)

    def _take(self, answer):
        if answer.bytes.length:
            self._received += answer.bytes.to_bytes()
        self._ended = self._ended or bool(answer.closed)

    def recv(self, size, flags=0):
        self._alive()
        if not self._received and not self._ended:
            timeout = -1 if self._timeout is None else self._timeout * 1000
            self._take(wait(_lab.read(self._connection, timeout)))
            if not self._received and not self._ended:
                if self._timeout == 0:
                    raise BlockingIOError(errno.EWOULDBLOCK, "Resource temporarily unavailable")
                raise TimeoutError("timed out")
        data = self._received[:size]
        if not flags & socket.MSG_PEEK:
            self._received = self._received[size:]
        return data

    def recv_into(self, buffer, nbytes=0, flags=0):
        data = self.recv(nbytes or len(buffer), flags)
        memoryview(buffer)[: len(data)] = data
        return len(data)

    def makefile(self, mode="r", buffering=None, **options):
        import io

        raw = _Raw(self)
        binary = io.BufferedRWPair(raw, raw) if "w" in mode and "r" in mode else None
        if binary is None:
            binary = io.BufferedWriter(raw) if "w" in mode else io.BufferedReader(raw)
        return binary if "b" in mode else io.TextIOWrapper(binary, **options)

    def shutdown(self, how):
        if how != socket.SHUT_RD:
            self._hang_up()

    def _hang_up(self):
        if self._connection is not None:
            _lab.close(self._connection)
            self._ended = True

    def close(self):
        if not self._closed:
            self._closed = True
            self._hang_up()
            self._connection = None

    def detach(self):
        self.close()
        return -1


class _Raw:
    """A socket as a raw file."""

    closed = False

    def __init__(self, sock):
        self._sock = sock

    def readable(self):
        return True

    def writable(self):
        return True

    def seekable(self):
        return False

    def readinto(self, buffer):
        return self._sock.recv_into(buffer)

    def write(self, data):
        return self._sock.send(data)

    def flush(self):
        pass

    def close(self):
        pass


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """Every name is known: the lab says who it is."""
    name = "127.0.0.1" if host is None else host
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (name, int(port)))]


socket.socket = LabSocket
socket.getaddrinfo = getaddrinfo
socket.gethostbyname = lambda host: host
