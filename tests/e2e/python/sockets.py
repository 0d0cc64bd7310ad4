"""What sockets answer, run by CPython against a real server and in the tab against the lab's: PORT stands before it."""

import select
import socket
import threading
import time


def show(what, call):
    try:
        print(what, "->", call())
    except Exception as error:
        print(what, "->", type(error).__name__, error)


show("refused", lambda: socket.create_connection(("127.0.0.1", 6399)))
show("connect_ex", lambda: socket.socket().connect_ex(("127.0.0.1", 6399)))
show("timeout is TimeoutError", lambda: socket.timeout is TimeoutError)
show("an unknown service", lambda: socket.getaddrinfo("x", "nosuchservice"))
show("receive unconnected", lambda: socket.socket().recv(1))
show("send unconnected", lambda: socket.socket().send(b"x"))
show("shut down unconnected", lambda: socket.socket().shutdown(socket.SHUT_RDWR))

s = socket.create_connection(("127.0.0.1", PORT))
show("connect again", lambda: s.connect(("127.0.0.1", PORT)))
show("negative timeout", lambda: s.settimeout(-1))
s.settimeout(0.05)
show("timeout", lambda: s.recv(10))
s.setblocking(False)
show("would block", lambda: s.recv(10))
s.setblocking(True)
s.sendall(b"ECHO 0123456789\r\n")
show("in parts", lambda: (s.recv(3), s.recv(4), s.recv(9), s.recv(1)))
s.sendall(b"SET k v\r\nGET k\r\n")
lines = s.makefile("rb")
show("lines", lambda: (lines.readline(), lines.readline(), lines.read(3)))
lines.close()
both = s.makefile("rwb")
both.write(b"ECHO hello\r\n")
both.flush()
show("read and write", lambda: (both.readline(), both.readline()))
both.close()
text = s.makefile("r", encoding="utf-8", newline="\r\n")
s.sendall("ECHO 你好\r\n".encode())
show("text", lambda: (text.readline(), text.readline()))
text.close()
s.sendall(b"PING\r\n")
show("readable", lambda: [len(found) for found in select.select([s], [], [], 1)])
show("writable", lambda: [len(found) for found in select.select([], [s], [], 1)])
show("peek", lambda: (s.recv(3, socket.MSG_PEEK), s.recv(100)))
show("nothing readable", lambda: [len(found) for found in select.select([s], [], [], 0.01)])
poll = select.poll()
poll.register(s, select.POLLIN)
show("poll in vain", lambda: poll.poll(10))
s.sendall(b"PING\r\n")
show("poll", lambda: [events for _, events in poll.poll(1000)])
buffer = bytearray(3)
show("into", lambda: (s.recv_into(buffer), bytes(buffer), s.recv(10)))
show("who", lambda: (s.family.name, s.type.name, s.proto, s.getpeername()[1] == PORT))
s.sendall(b"QUIT\r\n")
show("until it closes", lambda: (s.recv(100), s.recv(100), s.recv(1)))
time.sleep(0.05)
show("the first send after", lambda: s.send(b"PING\r\n"))
time.sleep(0.05)
show("the second", lambda: s.send(b"PING\r\n"))
show("still closed", lambda: s.recv(1))
show("whose", lambda: s.getpeername())
s.close()
show("receive closed", lambda: s.recv(1))
show("send closed", lambda: s.send(b"x"))
show("number", lambda: s.fileno())

s = socket.create_connection(("localhost", PORT))
s.sendall(b"PING\r\n")
s.shutdown(socket.SHUT_WR)
show("half closed", lambda: (s.recv(100), s.recv(100)))
show("send half closed", lambda: s.send(b"x"))
s.close()

s = socket.create_connection(("127.0.0.1", PORT))
big = b"x" * 3_000_000
s.sendall(b"*2\r\n$4\r\nECHO\r\n$%d\r\n%b\r\n" % (len(big), big))
whole = s.makefile("rb")
show("three megabytes", lambda: (whole.readline(), whole.read(len(big)) == big, whole.readline()))
s.close()

one, other = socket.socketpair()
one.sendall(b"hi")
show("a pair", lambda: other.recv(10))
one.close()
show("its end", lambda: other.recv(10))
show("beyond it", lambda: other.send(b"x"))

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 0))
server.listen()


def serve():
    connection, _ = server.accept()
    with connection:
        connection.sendall(connection.recv(100).upper())


thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(server.getsockname()) as client:
    client.sendall(b"echo")
    show("a server of one's own", lambda: client.recv(10))
thread.join()
server.close()
