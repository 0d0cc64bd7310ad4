"""requests, http.client and urllib over the lab's sockets: refused, answered by Redis, and by a server in a thread."""

import http.client
import http.server
import threading
import time
import urllib.request

import requests


def show(what, call):
    try:
        print(what, "->", call())
    except Exception as error:
        print(what, "->", type(error).__name__, error)


def redis():
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    connection.request("GET", "/")
    connection.getresponse()


for address in ("http://127.0.0.1:6399/", "https://127.0.0.1:6399/"):
    try:
        requests.get(address)
    except requests.exceptions.ConnectionError as error:
        print(str(error.args[0].reason).split(": ")[-1])
try:
    requests.get(f"http://127.0.0.1:{PORT}/")
except requests.exceptions.ConnectionError as error:
    print(type(error).__name__, type(error.args[0].args[1]).__name__)
show("http.client", redis)
show("urlopen", lambda: urllib.request.urlopen("http://127.0.0.1:6399/"))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/slow":
            released.wait()
        body = f"{self.client_address[1]} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


released = threading.Event()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_address[1]}"
print(requests.get(f"{base}/x").text.split()[1])
with requests.Session() as session:
    ports = {session.get(f"{base}/{number}").text.split()[0] for number in range(3)}
print("connections of a session:", len(ports))
try:
    requests.get(f"{base}/slow", timeout=0.2)
except requests.exceptions.ReadTimeout as error:
    print("Read timed out" in str(error))
print(urllib.request.urlopen(f"{base}/u").read().decode().split()[1])
got = []
threads = [
    threading.Thread(target=lambda n=n: got.append(requests.get(f"{base}/{n}").text.split()[1])) for n in range(30)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("thirty threads:", len(set(got)))
server.shutdown()
