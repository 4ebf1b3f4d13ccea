#!/usr/bin/env python3
"""fault-proxy between a client and an echo server: what it says it did is what it did.
test_proxy.py FAULT_PROXY"""

import json
import math
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

PROGRAM = sys.argv.pop(1)
FAULTS = ("dropped", "duplicated", "delayed", "reordered", "corrupted", "cut", "holes")
# What is asked for, one run a line; the names are the counts'.
TABLE = """
binary2 1
ascii4  2
binary2 3 drop=100
binary2 4 duplicate=100
binary2 5 delay=200
ascii4  6 reorder=300
binary2 7 corrupt=20
ascii4  8 corrupt=20
binary2 9 cut=5
binary2 10 hole=5
ascii4  11 drop=30 duplicate=30 delay=30 reorder=30 corrupt=10 cut=5 hole=2
binary2 12 drop=30 duplicate=30 delay=30 reorder=30 corrupt=10 cut=5 hole=2
binary2 13 delay=500 reorder=500
binary2 14 drop=1000
"""
COUNT_OF = {"drop": "dropped", "duplicate": "duplicated", "delay": "delayed", "reorder": "reordered",
            "corrupt": "corrupted", "cut": "cut", "hole": "holes"}
FRAME_COUNT = 2000


def frame(prefix, body):
    size = len(body).to_bytes(2, "big") if prefix == "binary2" else b"%04d" % len(body)
    return size + body


def split(prefix, data):
    """Whole frames and what is left; None when the lengths make no sense."""
    bodies, width = [], 2 if prefix == "binary2" else 4
    while len(data) >= width:
        head = data[:width]
        if prefix == "ascii4" and not head.isdigit():
            return None, b""
        size = int.from_bytes(head, "big") if prefix == "binary2" else int(head)
        if len(data) < width + size:
            break
        bodies.append(data[width:width + size])
        data = data[width + size:]
    return bodies, data


class Echo(threading.Thread):
    """Sends back what comes, to any number of callers."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.echo, args=(caller,), daemon=True).start()

    @staticmethod
    def echo(caller):
        with caller:
            try:
                while data := caller.recv(65536):
                    caller.sendall(data)
            except OSError:
                pass

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Proxy:
    def __init__(self, port, *options):
        self.process = subprocess.Popen(
            [PROGRAM, "--listen", "127.0.0.1:0", "--to", f"127.0.0.1:{port}", *map(str, options)],
            stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["listening"]

    def call(self):
        return socket.create_connection(("127.0.0.1", self.port))

    def counts(self):
        self.process.send_signal(signal.SIGUSR1)
        return json.loads(self.process.stdout.readline())

    def quiet(self):
        """The counts once nothing is held back and no frame comes any more."""
        before = None
        while True:
            now = self.counts()
            if now == before and now["held"] == 0:
                return now
            before = now
            time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        text = self.process.stdout.read()
        self.process.stdout.close()
        assert self.process.wait() == 0, self.process.returncode
        return json.loads(text.splitlines()[-1])


class Caller:
    """Sends numbered frames, calls again when the line is cut, keeps what comes back."""

    def __init__(self, proxy, prefix):
        self.proxy, self.prefix, self.bodies = proxy, prefix, []
        self.line, self.rest = proxy.call(), b""

    def read(self, wait):
        while select.select([self.line], [], [], wait)[0]:
            try:
                data = self.line.recv(65536)
            except ConnectionError:
                data = b""
            bodies, self.rest = split(self.prefix, self.rest + data)
            if bodies is None or not data:
                self.close()
                self.line, self.rest = self.proxy.call(), b""
                return
            self.bodies += bodies
            wait = 0

    def send(self, count):
        for start in range(0, count, 20):
            block = b"".join(frame(self.prefix, b"%08d" % i + b"x" * (i % 40))
                             for i in range(start, min(start + 20, count)))
            try:
                self.line.sendall(block)
            except ConnectionError:
                pass
            self.read(0.02)

    def collect(self):
        while True:
            before = len(self.bodies)
            counts = self.proxy.quiet()
            self.read(0.1)
            if len(self.bodies) == before:
                return counts

    def close(self):
        self.line.close()


class Table(unittest.TestCase):
    def setUp(self):
        self.echo = Echo()

    def tearDown(self):
        self.echo.stop()

    def check_sums(self, counts, odds):
        faults = sum(counts[name] for name in FAULTS)
        self.assertEqual(counts["frames"], counts["passed"] + faults + counts["swallowed"], counts)
        self.assertEqual(counts["written"] + counts["lost"] + counts["held"],
                         counts["passed"] + 2 * counts["duplicated"] + counts["delayed"]
                         + counts["reordered"] + counts["corrupted"], counts)
        chosen = counts["frames"] - counts["swallowed"]
        for name, counted in COUNT_OF.items():
            expected = chosen * int(odds.get(name, 0)) / 1000
            slack = 5 * math.sqrt(expected)
            self.assertAlmostEqual(counts[counted], expected, delta=slack, msg=f"{name} {counts}")

    def run_row(self, prefix, seed, odds):
        options = [text for name, value in odds.items() for text in (f"--{name}", value)]
        proxy = Proxy(self.echo.port, "--prefix", prefix, "--seed", seed, "--delay-ms", 100,
                      "--hole-ms", 50, *options)
        caller = Caller(proxy, prefix)
        caller.send(FRAME_COUNT)
        caller.collect()
        caller.close()
        self.assertEqual(proxy.counts()["unreachable"], 0)
        return proxy.stop(), [body[:8] for body in caller.bodies]

    def test_table(self):
        for row in TABLE.strip().splitlines():
            prefix, seed, *pairs = row.split()
            odds = dict(pair.split("=") for pair in pairs)
            with self.subTest(row):
                counts, numbers = self.run_row(prefix, seed, odds)
                print(row, "|", len(numbers), "back", counts)
                self.check_sums(counts, odds)
                sent = [b"%08d" % i for i in range(FRAME_COUNT)]
                if not odds:
                    self.assertEqual(numbers, sent)
                elif "corrupt" not in odds:
                    self.assertLessEqual(set(numbers), set(sent))
                if odds.keys() <= {"delay", "reorder"}:
                    self.assertEqual(sorted(numbers), sent)
                    self.assertEqual(odds == {}, numbers == sent)
                if odds.keys() == {"duplicate"}:
                    self.assertEqual(set(numbers), set(sent))
                    self.assertGreater(len(numbers), len(sent))

    def test_same_seed_same_faults(self):
        first = self.run_row("binary2", 77, {"drop": "100"})
        again = self.run_row("binary2", 77, {"drop": "100"})
        other = self.run_row("binary2", 78, {"drop": "100"})
        self.assertEqual(first, again)
        self.assertNotEqual(first[1], other[1])

    def test_heals(self):
        proxy = Proxy(self.echo.port, "--drop", 1000, "--frames", 500)
        caller = Caller(proxy, "binary2")
        caller.send(700)
        caller.collect()
        caller.close()
        counts = proxy.stop()
        self.assertEqual([body[:8] for body in caller.bodies], [b"%08d" % i for i in range(500, 700)])
        self.assertEqual((counts["dropped"], counts["passed"], counts["healed"]), (500, 400, True))


class Door(unittest.TestCase):
    def test_nobody_home(self):
        echo = Echo()
        echo.stop()
        proxy = Proxy(echo.port)
        with proxy.call() as line:
            self.assertEqual(line.recv(1), b"")
        self.assertEqual(proxy.stop()["unreachable"], 1)

    def test_no_frames(self):
        for prefix, data in (("ascii4", b"00x1"), ("binary2", b"\xff\xffhello")):
            echo = Echo()
            proxy = Proxy(echo.port, "--prefix", prefix)
            with proxy.call() as line:
                line.sendall(data)
                self.assertEqual(line.recv(1), b"")
            self.assertEqual(proxy.stop()["unframed"], 1)
            echo.stop()

    def test_usage(self):
        good = ["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1"]
        for bad in ([], good[:2], good[2:], good + ["--drop"], good + ["--drop", "-1"],
                    good + ["--drop", "600", "--cut", "401"], good + ["--drop", "1x"],
                    good + ["--prefix", "ebcdic"], good + ["--what", "1"],
                    good + ["--delay-ms", "0"], ["--listen", "nowhere", "--to", "127.0.0.1:1"]):
            result = subprocess.run([PROGRAM, *bad], capture_output=True, check=False)
            self.assertEqual(result.returncode, 2, bad)


if __name__ == "__main__":
    unittest.main()
