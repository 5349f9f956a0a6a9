"""Whoever is judged, as Twilio's own package sees them: its REST client, sent to another address, and
a server that keeps what it is called back with and has each signature checked by the package."""

import json
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

ORIGINAL = "https://api.twilio.com"
PATIENCE = 20.0


class Elsewhere(TwilioHttpClient):
    """The package's own HTTP client, with the look-alike in Twilio's place."""

    def __init__(self, url):
        super().__init__(timeout=10)
        self.url = url

    def request(self, method, url, *args, **kwargs):
        assert url.startswith(ORIGINAL), url
        return super().request(method, self.url + url[len(ORIGINAL) :], *args, **kwargs)


class LookAlike:
    """The look-alike, and what only it can tell."""

    def __init__(self, url, account, token, key):
        self.url, self.account, self.token, self.key = url, account, token, key
        self.client = Client(account, token, http_client=Elsewhere(url))

    def client_with(self, user, password):
        return Client(user, password, account_sid=self.account, http_client=Elsewhere(self.url))

    def sim(self, path, change=None):
        body = None if change is None else json.dumps(change).encode()
        with urllib.request.urlopen(f"{self.url}/_sim/{path}", data=body, timeout=10) as answer:
            return answer.read().decode()

    def heard(self, sid):
        """What was executed on a call: each verb with its text."""
        entries = json.loads(self.sim(f"calls/{sid}"))["transcript"]
        return [(entry["verb"], entry.get("text")) for entry in entries if "verb" in entry]

    def call(self, to, sender="+12025550100", **options):
        if "url" not in options and "twiml" not in options:
            options["twiml"] = "<Response><Say>Hello</Say></Response>"
        return self.client.calls.create(to=to, from_=sender, **options)

    def ended(self, sid):
        return until(lambda: (call := self.client.calls(sid).fetch()).end_time and call, sid)


class Receiver:
    """Answers what it was told to, and keeps every request with the package's verdict on it."""

    def __init__(self, token):
        self.came, self.answers = [], {}
        validator = RequestValidator(token)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                form = dict(parse_qsl(body, keep_blank_values=True))
                url = receiver.url + self.path
                good = validator.validate(url, form, self.headers.get("X-Twilio-Signature", ""))
                path, _, query = self.path.partition("?")
                if self.command == "GET":
                    form = dict(parse_qsl(query, keep_blank_values=True))
                receiver.came.append(Came(path, query, self.command, form, self.headers, good))
                kind, answer = receiver.answers.get(path, ("text/plain", b""))
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = handle_one

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, path):
        return self.url + path

    def twiml(self, path, document):
        self.answers[path] = ("text/xml", str(document).encode())
        return self.at(path)

    def about(self, sid, path=None):
        """What came about a call."""
        return [one for one in self.came if one.form.get("CallSid") == sid and path in (None, one.path)]

    def until(self, sid, path, count):
        return until(lambda: len(self.about(sid, path)) >= count and self.about(sid, path), path)


class Came:
    def __init__(self, path, query, method, form, headers, good):
        self.path, self.query, self.method = path, query, method
        self.form, self.headers, self.good = form, headers, good


def until(ask, what):
    """What `ask` gives, once it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.01)
    raise AssertionError(f"{what}: nothing after {PATIENCE} seconds")
