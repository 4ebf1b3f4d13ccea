"""A gateway that says what it is told to: TLS 1.3 with client certificates, one scripted answer a
request, and everything it was asked remembered."""

import http.server
import json
import os
import ssl
import subprocess
import threading

PROFILES = {
    "server": "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n",
    "client": "subjectAltName=URI:kouan:party/bank-1/role/bank\nextendedKeyUsage=clientAuth\n",
    "nameless": "subjectAltName=DNS:nobody\nextendedKeyUsage=serverAuth\n",
}


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def new_key(path):
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)


def make_authority(folder, name):
    new_key(f"{folder}/{name}.key")
    openssl("req", "-x509", "-new", "-key", f"{folder}/{name}.key", "-days", "2", "-subj",
            f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-out", f"{folder}/{name}.pem")


def make_certificate(folder, authority, name, profile):
    with open(f"{folder}/{name}.cnf", "w", encoding="utf-8") as file:
        file.write(PROFILES[profile])
    new_key(f"{folder}/{name}.key")
    openssl("req", "-new", "-key", f"{folder}/{name}.key", "-subj", f"/CN={name}",
            "-out", f"{folder}/{name}.csr")
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{authority}.pem", "-CAkey",
            f"{folder}/{authority}.key", "-CAcreateserial", "-days", "2", "-extfile",
            f"{folder}/{name}.cnf", "-out", f"{folder}/{name}.pem")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        gateway = self.server.gateway
        size = int(self.headers.get("Content-Length") or 0)
        gateway.requests.append({
            "method": self.command, "path": self.path, "body": self.rfile.read(size),
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "connection": self.client_address})
        script = gateway.script.pop(0) if gateway.script else {"status": 500}
        if script.get("hang_up"):
            self.close_connection = True
            return
        if "raw" in script:
            self.wfile.write(script["raw"])
            self.close_connection = True
            return
        body = script.get("body", b"")
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(script.get("status", 200))
        self.send_header("Content-Type", script.get("type", "application/json"))
        self.send_header("Content-Length", str(len(body)))
        for name, value in script.get("headers", {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = script.get("closes", False)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass


class Gateway:
    """Use as: with Gateway(folder) as gateway: gateway.script = [{…}, …]"""

    def __init__(self, folder):
        self.script, self.requests = [], []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
        context.load_verify_locations(f"{folder}/ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.gateway = self
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def make_folder(folder):
    os.makedirs(folder, exist_ok=True)
    for authority in ("ca", "stranger"):
        make_authority(folder, authority)
    make_certificate(folder, "ca", "server", "server")
    make_certificate(folder, "ca", "client", "client")
    make_certificate(folder, "ca", "nameless", "nameless")
    make_certificate(folder, "stranger", "unknown", "client")
