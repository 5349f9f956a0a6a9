"""Whoever takes part: a bucket at moto, the Twilio look-alike, and the program that is judged."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode

import boto3

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "00112233445566778899aabbccddeeff"
REGION = "eu-central-1"
PATIENCE = 200.0
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(ask, what, patience=PATIENCE):
    """What `ask` gives, once it gives something."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what}: nothing after {patience} seconds")


class Running:
    """A process, until the end of a block."""

    def __init__(self, words, log, **options):
        self.log = log
        with open(log, "ab") as printed:
            self.process = subprocess.Popen(
                [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, **options
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def listens(self, port):
        def ask():
            assert self.process.poll() is None, self.log.read_text()
            try:
                return socket.create_connection(("127.0.0.1", port), 1)
            except OSError:
                return None

        until(ask, self.log.name).close()


class Bucket(Running):
    """S3 as moto has it. Once a user is made, nobody else is let in."""

    def __init__(self, folder):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        # Four requests need no key: those that make the user with its key, and the bucket.
        freely = dict(os.environ, INITIAL_NO_AUTH_ACTION_COUNT="4", AWS_DEFAULT_REGION=REGION)
        words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
        super().__init__(words, folder / "moto.log", env=freely)
        self.listens(port)
        nobody = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nothing"}
        iam = self.client("iam", **nobody)
        iam.create_user(UserName="ringonce")
        document = json.dumps(EVERYTHING)
        iam.put_user_policy(UserName="ringonce", PolicyName="all", PolicyDocument=document)
        made = iam.create_access_key(UserName="ringonce")["AccessKey"]
        self.key, self.secret = made["AccessKeyId"], made["SecretAccessKey"]
        self.make("calls", self.client("s3", **nobody))
        self.s3 = self.client("s3", aws_access_key_id=self.key, aws_secret_access_key=self.secret)

    def client(self, service, **keys):
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **keys)

    def make(self, name, s3=None):
        place = {"LocationConstraint": REGION}
        (s3 or self.s3).create_bucket(Bucket=name, CreateBucketConfiguration=place)

    def names(self, bucket):
        return [it["Key"] for it in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def read(self, bucket, name):
        return self.s3.get_object(Bucket=bucket, Key=name)["Body"].read()

    def environment(self, secret=None):
        return {
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": secret or self.secret,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT": self.url,
        }


class Carrier(Running):
    """The Twilio look-alike, whose calls go by quickly."""

    def __init__(self, program, folder):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        words = [program, "twilio-sim", "--listen", f"127.0.0.1:{port}", "--speed", "60", "--cps", "100"]
        words += ["--account", ACCOUNT, "--auth-token", TOKEN]
        super().__init__(words, folder / "twilio-sim.log", cwd=folder)
        self.listens(port)

    def sound(self, recording):
        """What it has of a recording; `None` when it has it no more."""
        basic = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        path = f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{recording}.wav"
        ask = urllib.request.Request(path, headers={"Authorization": f"Basic {basic}"})
        try:
            with urllib.request.urlopen(ask, timeout=20) as answer:
                return answer.read()
        except urllib.error.HTTPError as refused:
            assert refused.code == 404, refused
            return None


class Program:
    """Ringonce in a folder of its own, with the environment that a check gives it."""

    def __init__(self, program, folder, carrier, **environment):
        self.program, self.folder = program, folder
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RINGONCE_"))},
            "RINGONCE_TWILIO_ACCOUNT_SID": ACCOUNT,
            "RINGONCE_TWILIO_AUTH_TOKEN": TOKEN,
            "RINGONCE_TWILIO_CALLER_IDS": "+12025550100",
            "RINGONCE_TWILIO_CALLS_PER_SECOND": "50",
            "RINGONCE_TWILIO_BASE_URL": carrier.url,
            "RINGONCE_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "RINGONCE_LOG": "debug",
            **environment,
        }
        self.log = folder / "serve.log"

    def serve(self, **environment):
        words = [self.program, "serve", "--listen", f"127.0.0.1:{self.port}"]
        whole = {**self.environment, **environment}
        served = Running(words, self.log, cwd=self.folder, env=whole)
        try:
            served.listens(self.port)
        except BaseException:
            served.__exit__()
            raise
        return served

    def told(self, words):
        """The document that a command prints."""
        ran = subprocess.run(
            [self.program, *words.split(), "--json"], cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def call(self, numbers, text):
        rows = "".join(f"Ada,{number}\n" for number in numbers)
        (self.folder / "list.csv").write_text(f"name,phone\n{rows}")
        settings = {
            "carrier": "twilio",
            "record": True,
            "agent": {"kind": "text", "text": text},
            "pacing": {"delay_seconds": 0, "calls_at_once": 20},
            "business_hours": {"enabled": False},
            "callee_hours": {"enabled": False},
            "retry": {"max_retries": 0},
        }
        (self.folder / "settings.json").write_text(json.dumps(settings))
        self.told("campaign create list.csv --settings settings.json --start")

    def recordings(self, state):
        return self.told(f"recordings list --state {state}")["items"]

    def until_recordings(self, state, count):
        def ask():
            found = self.recordings(state)
            return len(found) == count and found

        return until(ask, f"{count} recordings {state}")

    def faulty(self, count):
        """The wanted recordings, once all of them were tried in vain."""

        def ask():
            found = self.recordings("wanted")
            return len(found) == count and all(it["fault"] for it in found) and found

        return until(ask, "a try in vain")
