"""A bank of our own for a test, and the gateway's side of a connection to it."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import iso87

PROGRAM = os.environ.get("KOUAN_BANK", "")
PATIENCE = 60


class Bank:
    """Runs in a directory of its own; `start` after `kill` goes on with the same journal."""

    def __init__(self, script="", prepare=None, **options):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="kouan-bank."))
        self.options = {"listen": "127.0.0.1:0", "day": "2026-11-23", "log_level": "error",
                        "journal": str(self.directory / "journal"),
                        "control": str(self.directory / "control"), "repeat_ms": "100"}
        if script:
            (self.directory / "script").write_text(script)
            self.options["script"] = str(self.directory / "script")
        if prepare is not None:
            options.update(prepare(self.directory))
        self.options.update({name: str(value) for name, value in options.items()})
        self.start()

    def start(self):
        arguments = [PROGRAM]
        for name, value in self.options.items():
            arguments += ["--" + name.replace("_", "-"), value]
        with open(self.directory / "stderr", "a") as errors:
            self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=errors,
                                            text=True)
        if "connect" in self.options:
            return
        line = self.process.stdout.readline()
        if not line.startswith("listening on port "):
            self.process.wait()
            self.process.stdout.close()
            raise AssertionError((self.directory / "stderr").read_text())
        self.port = int(line.split()[-1])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Ends the bank as a person would; a leak or a fault found by a sanitizer shows here."""
        self.process.terminate()
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        errors = (self.directory / "stderr").read_text()
        shutil.rmtree(self.directory)
        if code != 0:
            raise AssertionError(f"the bank ended with {code}: {errors}")

    def tell(self, command):
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(PATIENCE)
            control.connect(self.options["control"])
            control.sendall(command.encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                piece = control.recv(1 << 20)
                if not piece:
                    break
                answer += piece
        return answer.decode().strip()

    def status(self):
        return json.loads(self.tell("status")[3:])

    def books(self):
        return json.loads(self.tell("books"))

    def books_of_journal(self):
        done = subprocess.run([PROGRAM, "books", "--journal", self.options["journal"]],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)


class Gateway:
    """Sends and receives messages; signs on when it connects."""

    def __init__(self, bank, context=None, is_signed_on=True):
        opened = socket.create_connection(("127.0.0.1", bank.port), PATIENCE)
        if context is not None:
            opened = context.wrap_socket(opened, server_hostname="bank.test")
        self.take_over(opened)
        if is_signed_on:
            _, answer = self.ask("0800", {70: "001"})
            assert answer[39] == "00", answer

    def take_over(self, opened):
        opened.settimeout(PATIENCE)
        self.socket = opened
        self.input = opened.makefile("rb")
        self.trace = 0
        self.told = []

    def close(self):
        self.input.close()
        self.socket.close()

    def stamped(self, fields):
        self.trace += 1
        return {7: "1123120000", 11: f"{self.trace:06d}", 32: "4100", **fields}

    def send(self, mti, fields):
        self.socket.sendall(iso87.frame(iso87.pack(mti, fields)))

    def receive(self):
        """The next message, None at the end of the connection; cut-overs are confirmed."""
        while True:
            message = self.receive_any()
            if message is None or message[0] != "0800" or message[1][70] not in ("201", "202"):
                return message
            self.told.append((message[1][70], message[1][15]))
            self.send("0810", {**message[1], 39: "00"})

    def receive_any(self):
        head = self.input.read(2)
        if len(head) < 2:
            return None
        size = int.from_bytes(head, "big")
        body = self.input.read(size)
        return iso87.unpack(body) if len(body) == size else None

    def ask(self, mti, fields):
        fields = self.stamped(fields)
        self.send(mti, fields)
        return self.receive()

    def payment(self, reference, amount_minor, **more):
        """The fields of a new payment."""
        fields = {3: "400000", 4: f"{amount_minor:012d}", 12: "120000", 13: "1123",
                  37: reference[-12:].rjust(12, "0"), 41: "KOUAN001", 42: "KOUANGATEWAY   ",
                  48: iso87.private(REF=reference, CBK="105100000017"), 49: "156",
                  102: "62220001", 103: "62220002"}
        fields.update({int(name[1:]): value for name, value in more.items()})
        return self.stamped(fields)

    def pay(self, reference, amount_minor, **more):
        fields = self.payment(reference, amount_minor, **more)
        self.send("0200", fields)
        return fields, self.receive()

    def about(self, mti, payment):
        """An inquiry (0200) or a reversal (0420, 0421) of a payment."""
        carried = {number: payment[number] for number in (4, 7, 12, 13, 32, 37, 41, 42, 49)}
        fields = {**self.stamped({}), **carried,
                  3: "380000" if mti == "0200" else "400000", 90: iso87.original(payment)}
        self.send(mti, fields)
        return self.receive()

    def take_all(self, bank, code="00"):
        """Answers advices until the bank has none that waits; returns those seen."""
        taken = []
        while True:
            fields = self.stamped({70: "301"})
            self.send("0800", fields)
            mti, got = self.receive()
            while mti != "0810":
                if mti in ("0220", "0221"):
                    taken.append(got)
                    self.send("0230", {**got, 39: code})
                mti, got = self.receive()
            status = bank.status()
            if status["answered"] == status["advices"]:
                return taken

    def quiet(self, test):
        """Nothing else comes before the answer to an echo test."""
        fields = self.stamped({70: "301"})
        self.send("0800", fields)
        mti, answer = self.receive()
        test.assertEqual(("0810", fields[11]), (mti, answer[11]))


class Case(unittest.TestCase):
    """Starts banks and gateways that end with the test."""

    def bank(self, script="", **options):
        bank = Bank(script, **options)
        self.addCleanup(bank.stop)
        return bank

    def gateway(self, bank, **how):
        gateway = Gateway(bank, **how)
        self.addCleanup(gateway.close)
        return gateway

    def day(self, books, day="2026-11-23"):
        return next(entry for entry in books["days"] if entry["day"] == day)


def main():
    global PROGRAM
    PROGRAM = sys.argv.pop(1)
    unittest.main(module="__main__")
