#!/usr/bin/env python3
"""What a measurement on a private PostgreSQL leaves behind when it is ended, and what it prints:
test_bench.py PATH_OF_KOUAN SOURCE_ROOT."""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

KOUAN = sys.argv[1]
BIN = os.environ.get("PG_BINDIR", "/usr/lib/postgresql/15/bin")
PATIENCE_S = 120


def wait_until(is_so):
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError("waited too long")
        time.sleep(0.02)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Ledger(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="kouan-test-bench-")
        os.chmod(self.folder, 0o755)

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *words):
        return [KOUAN, "bench", "ledger", "--bindir", BIN, "--directory", self.folder, *words]

    def started(self):
        """A long run and the pid of its PostgreSQL, once that takes connections."""
        bench = subprocess.Popen(self.command("--transfers", "50000000", "--batch", "100"),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(bench.wait)
        self.addCleanup(bench.kill)
        wait_until(lambda: bench.poll() is not None
                   or glob.glob(f"{self.folder}/*/.s.PGSQL.5432"))
        self.assertIsNone(bench.poll())
        with open(glob.glob(f"{self.folder}/*/data/postmaster.pid")[0], encoding="ascii") as file:
            return bench, int(file.readline())

    def test_a_signal_ends_postgresql_and_leaves_nothing(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number.name):
                bench, postmaster = self.started()
                bench.send_signal(number)
                self.assertEqual(bench.wait(PATIENCE_S), 128 + number)
                self.assertFalse(is_alive(postmaster))
                self.assertEqual(os.listdir(self.folder), [])

    def test_a_signal_during_initdb_leaves_nothing(self):
        bench = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        wait_until(lambda: glob.glob(f"{self.folder}/*/data/base"))
        bench.terminate()
        self.assertEqual(bench.wait(PATIENCE_S), 128 + signal.SIGTERM)
        self.assertEqual(os.listdir(self.folder), [])

    def test_postgresql_dies_with_a_killed_run(self):
        bench, postmaster = self.started()
        bench.kill()
        bench.wait(PATIENCE_S)
        wait_until(lambda: not is_alive(postmaster))

    def test_figures(self):
        run = subprocess.run(
            self.command("--json", "--transfers", "3000", "--rounds", "1", "--accounts", "100",
                         "--batch", "100", "--batch", "10", "--peer-transfers", "2000"),
            capture_output=True, check=False, timeout=PATIENCE_S)
        self.assertEqual((run.returncode, run.stderr), (0, b""))
        figures = json.loads(run.stdout)
        for name in ("engine", "copy_indexed", "copy_heap", "sql_function"):
            self.assertGreater(figures[name + "_per_second"], 0, name)
            if name != "engine":
                self.assertGreater(figures["engine_to_" + name], 0, name)
        self.assertEqual((figures["engine_transfers"], figures["peer_transfers"]), (3000, 2000))
        self.assertEqual([each["batch"] for each in figures["batches"]], [100, 10])
        self.assertEqual(figures["batches"][0]["per_second"], figures["engine_per_second"])
        self.assertEqual(os.listdir(self.folder), [])


class Statement(unittest.TestCase):
    def run_bench(self, *words):
        with tempfile.TemporaryDirectory(prefix="kouan-test-bench-") as folder:
            os.chmod(folder, 0o755)
            run = subprocess.run([KOUAN, "bench", "statement", "--bindir", BIN,
                                  "--directory", folder, *words],
                                 capture_output=True, check=False, timeout=PATIENCE_S)
            self.assertEqual(os.listdir(folder), [])
            return run

    def test_figures(self):
        run = self.run_bench("--json", "--bills", "2500")
        self.assertEqual((run.returncode, run.stderr), (0, b""))
        figures = json.loads(run.stdout)
        self.assertEqual(list(figures), [
            "bills", "cut_seconds", "cut_per_second", "pages", "commits", "fetches",
            "pay_restore_seconds", "sql_seconds", "ratio_to_sql"])
        self.assertEqual(figures["bills"], 2500)
        self.assertGreater(figures["pages"], 1)
        for name, value in figures.items():
            self.assertIsInstance(value, (int, float), name)

    def test_wrong_arguments(self):
        for words in (["--bills", "9"], ["--bills", "many"], ["--bills"], ["--fast"]):
            with self.subTest(words=words):
                run = self.run_bench(*words)
                self.assertEqual((run.returncode, run.stdout), (2, b""))
                self.assertIn(b"usage:", run.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
