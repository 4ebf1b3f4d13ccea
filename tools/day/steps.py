"""The steps a story is told in: each is sent through the kouan command line and compared."""

import base64
import datetime
import json
import os
import socket
import string
import subprocess
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
WAIT_COUNT, WAIT_SECONDS = 300, 0.1
BEIJING = datetime.timezone(datetime.timedelta(hours=8))


class Wrong(Exception):
    """A step got something else than it must."""


def lookup(body, path):
    for part in path.split("/"):
        if isinstance(body, list):
            body = body[int(part)] if int(part) < len(body) else None
        else:
            body = (body or {}).get(part)
    if isinstance(body, dict) and set(body) == {"currency", "value"}:
        return f"{body['value']} {body['currency']}"
    return body


def refusal_code(body):
    """The code of a refused command, or of the command that ended an atomic batch."""
    codes = [body.get("code")] + [lookup(result, "problem/code") for result in body.get("results", [])]
    return next((code for code in codes if code not in (None, "batch.aborted")), None)


class Day:
    """The steps a story is told in."""

    def __init__(self, options):
        self.options = options
        self.names = {}
        self.step_count = 0
        self.work = os.path.join(options.stack, "day")
        os.makedirs(self.work, exist_ok=True)
        now = datetime.datetime.now(BEIJING)
        self.today = now.date()
        self.set(today=now.strftime("%Y-%m-%d"), day=now.strftime("%Y%m%d"),
                 time=now.strftime("%Y%m%d%H%M%S"), year=now.strftime("%Y"))
        self.names["yesterday"] = (self.today - datetime.timedelta(1)).isoformat()
        self.names["tomorrow"] = (self.today + datetime.timedelta(1)).isoformat()
        for days in (15, 45, 90, 180, 210, 365, 400):
            self.names[f"in_{days}_days"] = (self.today + datetime.timedelta(days)).isoformat()

    def set(self, **names):
        self.names.update(names)

    def chapter(self, title):
        print(f"\n{title}", flush=True)

    def kouan(self, *arguments, who=None, binary=False):
        command = [self.options.kouan, *arguments]
        if who:
            certs = os.path.join(self.options.stack, "certs")
            command += ["--gateway", self.options.gateway, "--ca", f"{certs}/ca.pem",
                        "--cert", f"{certs}/{who}.pem", "--key", f"{certs}/{who}.key"]
        done = subprocess.run(command, capture_output=True, check=False, timeout=120)
        output = done.stdout if binary else done.stdout.decode()
        return done.returncode, output, done.stderr.decode()

    def fill(self, name):
        """A file of the story with today's names in it, as a path."""
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            text = string.Template(file.read()).substitute(self.names)
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def tell(self, who, title, result):
        self.step_count += 1
        print(f"  {self.step_count:3d}. {who + ':':12} {title}{' → ' + result if result else ''}", flush=True)

    def compare(self, title, body, expect):
        for path, wanted in (expect or {}).items():
            found = lookup(body, path)
            if found != wanted:
                raise Wrong(f"{title}: {path} is {found!r}, not {wanted!r}, in {json.dumps(body, ensure_ascii=False)}")

    def take(self, title, body, expect, save):
        self.compare(title, body, expect)
        for saved, field in (save or {}).items():
            self.names[saved] = lookup(body, field)
            if not self.names[saved]:
                raise Wrong(f"{title}: the answer has no {field}: {json.dumps(body, ensure_ascii=False)}")

    def submit(self, who, title, name, *options, expect=None, refused=None, save=None, show=None, replayed=None,
               retry=False):
        """Sends a file. `expect`: fields of the answer; `refused`: the code instead of an answer;
        `save`: names for later from the answer; `show`: the field to print; `retry`: until it is
        not refused, for what depends on a message of the bank under way."""
        path = name if os.path.isabs(name) else self.fill(name)
        for _ in range(WAIT_COUNT if retry else 1):
            code, output, errors = self.kouan("submit", "--json", *options, path, who=who)
            if code == 0:
                break
            time.sleep(WAIT_SECONDS)
        body = json.loads(output) if output.strip() else {}
        if refused:
            found = refusal_code(body)
            if code == 0 or found != refused:
                raise Wrong(f"{title}: must be refused with {refused}: {output}{errors}")
        elif code != 0:
            raise Wrong(f"{title}: {refusal_code(body) or ''} {errors}")
        self.take(title, body, expect, save)
        if replayed is not None and ("was done before" in errors) != replayed:
            raise Wrong(f"{title}: must {'' if replayed else 'not '}be the answer of before: {errors}")
        result = str(lookup(body, show)) if show else ""
        if refused:
            facts = [f"{name} {value}" for name, value in (expect or {}).items()]
            result = "refused: " + refused + (f" ({', '.join(facts)})" if facts else "")
        self.tell(who, title, result)
        return body

    def approve(self, who, title, approvals, expect=None, save=None, show=None):
        """A second person's yes. `expect`, `save`, `show`: in the command's own answer."""
        for approval in approvals:
            code, output, errors = self.kouan("approve", "--json", approval, who=who)
            if code != 0:
                raise Wrong(f"{title}: {errors}{output}")
        result = json.loads(output)["result"]
        self.take(title, result, expect, save)
        self.tell(who, title, str(lookup(result, show)) if show else "")

    def by_two(self, maker, checker, title, name, retry=False, **wanted):
        """One person proposes a file, another approves it."""
        body = self.submit(maker, f"proposes: {title}", name, "--propose", retry=retry)
        answers = [result["answer"] for result in body.get("results", [])] or [body]
        self.approve(checker, f"approves: {title}", [answer["approval"] for answer in answers], **wanted)

    def get(self, who, title, kind, key, expect, wait=False):
        """Looks at a document; `wait`: until it is as expected, for what comes over a link."""
        for _ in range(WAIT_COUNT if wait else 1):
            code, output, errors = self.kouan("get", "--json", kind, key, who=who)
            body = json.loads(output) if code == 0 else {}
            if all(lookup(body, path) == wanted for path, wanted in expect.items()):
                break
            time.sleep(WAIT_SECONDS)
        if code != 0:
            raise Wrong(f"{title}: {errors}{output}")
        self.compare(title, body, expect)
        self.tell(who, title, ", ".join(f"{field} {value}" for field, value in expect.items()))

    def bank(self, title, *words):
        """Tells the simulated bank to do something."""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(os.path.join(self.options.stack, "run", "bank"))
            control.sendall((" ".join(words) + "\n").encode())
            answer = control.makefile(encoding="utf-8").readline().strip()
        if not answer.startswith("ok"):
            raise Wrong(f"{title}: {answer}")
        self.tell("bank", title, answer[3:])

    def bank_file(self, name):
        """Where the bank may write."""
        return os.path.join(self.options.stack, "run", name)

    def reconcile(self, who, title, bank, date, path, expect):
        code, output, errors = self.kouan("reconcile", bank, date, path, "--json", who=who)
        if code != 0:
            raise Wrong(f"{title}: {errors}{output}")
        self.compare(title, json.loads(output), expect)
        self.tell(who, title, ", ".join(f"{field} {value}" for field, value in expect.items()))

    def sign(self, who, title, name, key, kid, output_name):
        """A letter's content, signed with the bank's key, ready to be sent as base64url."""
        code, output, errors = self.kouan("letter", "sign", "--key", key, "--kid", kid,
                                          self.fill(name), binary=True)
        if code != 0:
            raise Wrong(f"{title}: {errors}")
        self.set(**{output_name: base64url(output)})
        self.tell(who, title, f"{len(output)} bytes of COSE_Sign1")

    def database(self, *arguments):
        code, output, errors = self.kouan(*arguments, "--database", self.options.database)
        if code != 0:
            raise Wrong(f"kouan {' '.join(arguments)}: {errors}{output}")
        return output

    def new_key(self, name):
        """A P-256 key of the bank: made here and now, public half as DER."""
        path = os.path.join(self.work, name)
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-out", path], check=True, capture_output=True)
        public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"],
                                check=True, capture_output=True)
        return path, base64url(public.stdout)


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
