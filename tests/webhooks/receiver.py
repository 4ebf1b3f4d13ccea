"""A receiver of webhooks with faults by path: receiver.py ADDRESS PORT CERTIFICATE KEY RECORD TRAP_URL

Every request is appended to RECORD as one line of JSON, before its answer: path, headers, body and
the status that is about to be given (0: none).
"""

import http.server
import json
import socket
import ssl
import struct
import sys
import threading
import time

ADDRESS, PORT, CERTIFICATE, KEY, RECORD, TRAP = sys.argv[1:]
HUGE = 8 << 20
# Faults that take long befall only some of the events.
EVERY = {"/flaky": 3, "/busy": 40, "/redirect": 10, "/hang": 40, "/reset": 10}
lock = threading.Lock()
seen = {}
revived = set()


def times(path, identifier):
    """How often this path has been given this message, this time included."""
    with lock:
        seen[path, identifier] = seen.get((path, identifier), 0) + 1
        return seen[path, identifier]


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def record(self, body, status):
        line = {
            "path": self.path, "status": status, "id": self.headers["webhook-id"],
            "timestamp": self.headers["webhook-timestamp"],
            "signature": self.headers["webhook-signature"], "body": body.decode(), "at": time.time(),
        }
        with lock, open(RECORD, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def answer(self, body, status, headers=(), content=b""):
        self.record(body, status)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        """/revive/x: from now on /x takes everything."""
        revived.add(self.path.removeprefix("/revive"))
        self.send_response(204)
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = getattr(self, "fault_" + self.path.strip("/").replace("-", "_"), None)
        every = EVERY.get(self.path, 1)
        is_first = (times(self.path, self.headers["webhook-id"]) == 1 and
                    json.loads(body)["data"]["number"] % every == 0)
        if fault is None or self.path in revived:
            self.answer(body, 204)
        else:
            fault(body, is_first)

    def fault_flaky(self, body, is_first):
        self.answer(body, 500 if is_first else 200)

    def fault_slow(self, body, _):
        time.sleep(0.02)
        self.answer(body, 202)

    def fault_busy(self, body, is_first):
        self.answer(body, 503 if is_first else 200, [("Retry-After", "1")] if is_first else [])

    def fault_redirect(self, body, is_first):
        self.answer(body, 307 if is_first else 200, [("Location", TRAP)] if is_first else [])

    def fault_gone(self, body, _):
        self.answer(body, 410)

    def fault_dead(self, body, _):
        self.answer(body, 500)

    def fault_huge(self, body, _):
        self.record(body, 200)
        self.send_response(200)
        self.send_header("Content-Length", str(HUGE))
        self.end_headers()
        try:
            self.wfile.write(b"x" * HUGE)
        except OSError:
            pass
        self.close_connection = True

    def fault_hang(self, body, is_first):
        """An answer that is never finished is none."""
        if not is_first:
            self.answer(body, 200)
            return
        self.record(body, 0)
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")
        self.wfile.flush()
        time.sleep(3)
        self.close_connection = True

    def fault_reset(self, body, is_first):
        if not is_first:
            self.answer(body, 200)
            return
        self.record(body, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(30)
        return connection, address

    def finish_request(self, request, client_address):
        """The handshake in the request's own thread."""
        secure = self.context.wrap_socket(request, server_side=True)
        try:
            super().finish_request(secure, client_address)
        finally:
            secure.close()

    def handle_error(self, *_):
        pass


server = Server((ADDRESS, int(PORT)), Receiver)
server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.context.load_cert_chain(CERTIFICATE, KEY)
server.serve_forever()
