"""Bittensor's own btauth/1 (bittensor.http_auth), both sides; lines of JSON on stdin and stdout.

{"do": "vectors"}                                                headers that it signs, for requests of every kind
{"do": "send", "port", "uri", "method", "path", "text", "receiver"}   sign and send one request; its status and answer
{"do": "serve", "uri"}                                           a server that believes what it verifies; its port
"""

import base64
import http.client
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import bittensor_core as core
from bittensor import http_auth

NONCE = 1752076800000000000
REQUESTS = [
    ("POST", "/generate?stream=false", b'{"prompt": "hello"}'),
    ("GET", "/tree/" + "ab" * 32, b""),
    ("post", "/a%20b/%C3%BC?x=1&y=%2F", bytes(range(256))),
    ("POST", "/", "ü€😀\n\n".encode()),
]
SCHEMES = {"sr25519": core.CRYPTO_SR25519, "ed25519": core.CRYPTO_ED25519}


def keypair(uri, scheme="sr25519"):
    return core.Keypair.create_from_uri(uri, crypto_type=SCHEMES[scheme])


def vectors():
    for scheme in SCHEMES:
        sender, receiver = keypair("//Alice", scheme), keypair("//Bob")
        for at, (method, target, body) in enumerate(REQUESTS):
            signed = {"method": method, "path": target, "body": body, "nonce_ns": NONCE + at}
            headers = http_auth.sign(sender, **signed, receiver_ss58=receiver.ss58_address)
            text = http_auth.build_payload(
                scheme=scheme, **signed, sender_ss58=sender.ss58_address, receiver_ss58=receiver.ss58_address
            )
            yield {
                **{"scheme": scheme, "method": method, "target": target, "body": base64.b64encode(body).decode()},
                **{"nonce": str(NONCE + at), "text": text.decode(), "headers": headers},
            }


def send(question):
    method, path, body = question["method"], question["path"], question.get("text", "").encode()
    headers = http_auth.sign(
        keypair(question["uri"]), method=method, path=path, body=body, receiver_ss58=question["receiver"]
    )
    connection = http.client.HTTPConnection("127.0.0.1", question["port"], timeout=10)
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    told = {"status": answer.status, "text": answer.read().decode()}
    connection.close()
    return told


def serve(question):
    own = keypair(question["uri"]).ss58_address
    store = http_auth.InMemoryNonceStore()

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                caller = http_auth.verify(
                    dict(self.headers.items()),
                    body,
                    method=self.command,
                    path=self.path,
                    self_hotkey_ss58=own,
                    nonce_store=store,
                )
                status, told = 200, {"sender": caller.hotkey_ss58, "body": base64.b64encode(body).decode()}
            except http_auth.AuthError as error:
                status, told = 401, {"error": type(error).__name__}
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {"port": server.server_address[1]}


KNOWN = {"vectors": lambda _: list(vectors()), "send": send, "serve": serve}
for line in sys.stdin:
    asked = json.loads(line)
    try:
        told = KNOWN[asked["do"]](asked)
    except Exception as error:  # whatever it says is an answer
        told = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(told), flush=True)
