#!/usr/bin/env python3
"""The auditor of the crash tests must see each way a promise can be broken."""

import unittest

import witness

SENT = {"w1-0-1": 1, "w1-0-2": 3, "w1-0-3": 1, "w1-0-4": 2}
PROMISED = ["w1-0-1", "w1-0-2"]
REFUSED = {"w1-0-3": "409"}
PRESENT = {"w1-0-1": 1, "w1-0-2-0": 1, "w1-0-2-1": 1, "w1-0-2-2": 1}


class Auditor(unittest.TestCase):
    def problems(self, **present):
        rows = {key.replace("_", "-"): count for key, count in present.items()}
        rows = {key: count for key, count in {**PRESENT, **rows}.items() if count}
        return list(witness.find_problems(SENT, PROMISED, REFUSED, rows))

    def test_kept(self):
        self.assertEqual([], self.problems())

    def test_unanswered_is_in_or_out(self):
        self.assertEqual([], self.problems(w1_0_4_0=1, w1_0_4_1=1))

    def test_lost(self):
        self.assertEqual(["w1-0-1: promised, but w1-0-1 is not there"], self.problems(w1_0_1=0))

    def test_twice(self):
        self.assertEqual(["w1-0-1: 2 times in the ledger"], self.problems(w1_0_1=2))

    def test_half_of_a_promised_batch(self):
        self.assertEqual(2, len(self.problems(w1_0_2_1=0)))

    def test_half_of_an_unanswered_batch(self):
        self.assertEqual(["w1-0-4: 1 of 2 commands of an atomic batch are there"],
                         self.problems(w1_0_4_1=1))

    def test_refused_but_there(self):
        self.assertEqual(["w1-0-3: refused with 409, but it is there"], self.problems(w1_0_3=1))


if __name__ == "__main__":
    unittest.main()
