#!/usr/bin/env python3
"""Every rule of tidy.py has a good file and a bad twin that it must catch, by message."""

import os
import tempfile
import unittest

import rules
import tidy

KEY_LINE = "-----BEGIN EC PRIVATE" + " KEY-----\n"
LONG_BODY = "    x++;\n" * rules.FUNCTION_LINES_MAX

# path, good text, bad text, what the bad one is told
TWINS = [
    ("ledger/base/a.c", '#include "ledger/base/b.h"\n', '#include "ledger/book/book.h"\n', "may not include"),
    ("ledger/book/a.c", '#include "ledger/base/b.h"\n', '#include "ledger/journal/journal.h"\n', "may not include"),
    ("ledger/journal/a.c", '#include "ledger/book/book.h"\n', '#include "gateway/server/server.h"\n', "may not include"),
    ("adapters/customs/a.c", '#include "adapters/customs/ceb.h"\n', '#include "adapters/iso8583/link.h"\n', "may not include"),
    ("adapters/customs/c.c", '#include "adapters/xml/xml_walk.h"\n', '#include "adapters/iso20022/mx_value.h"\n', "may not include"),
    ("adapters/customs/b.c", '#include "ledger/base/b.h"\n', '#include "gateway/business/rule.h"\n', "may not include"),
    ("gateway/business/a.c", '#include "ledger/book/book.h"\n', '#include "ledger/journal/journal.h"\n', "may not include"),
    ("gateway/business/b.c", '#include "gateway/records/record.h"\n', '#include "gateway/engine/engine.h"\n', "may not include"),
    ("gateway/server/a.c", '#include "gateway/business/role.h"\n', '#include "gateway/engine/engine.h"\n', "may not include"),
    ("gateway/business/c.c", "#include <string.h>\n", "#include <unistd.h>\n", "pure room"),
    ("gateway/business/d.c", "int x;\n/* time(NULL) */\n", "long f(void)\n{\n    return time(NULL);\n}\n", "banned call time"),
    ("gateway/business/e.c", "void f(void)\n{\n    snprintf(a, 4, b);\n}\n", "void f(void)\n{\n    fputs(a, b);\n}\n", "pure room"),
    ("ledger/book/b.c", "int f(void);\n", "void f(void)\n{\n    g(malloc(3));\n}\n", "is given its memory"),
    ("ledger/book/book.c", "void f(void)\n{\n    g(malloc(3));\n}\n", "#include <time.h>\n", "pure room"),
    ("gateway/engine/a.c", "int x;\n", "#include <libpq-fe.h>\n", "belongs to ledger/journal/"),
    ("tools/a.c", "void f(void)\n{\n    my_strcpy(a, b);\n}\n", "void f(void)\n{\n    strcpy(a, b);\n}\n", "banned call strcpy"),
    ("tools/b.c", 'char *a = "sprintf(x)";\n', "void f(void)\n{\n    sprintf(a, b);\n}\n", "banned call sprintf"),
    ("tools/c.c", "int a = s.time(1);\n", "int a = atoi(b);\n", "banned call atoi"),
    ("tools/d.c", "int f(void);\n", "int a = popen(b);\n", "banned call popen"),
    ("tests/base/c.c", "int a = time(b);\n", "int a = atoi(b);\n", "banned call atoi"),
    ("gateway/server/b.c", "// printf(x)\n", "void f(void)\n{\n    printf(x);\n}\n", "only tools and tests print"),
    ("ledger/base/c.c", "int double_entry;\n", "double rate;\n", "no floating point"),
    ("gateway/server/c.c", "double seconds;\n", "int x; // TO" + "DO later\n", "finish it"),
    ("tests/base/a.c", "void f(void)\n{\n" + LONG_BODY[9 * 2:] + "}\n", "void f(void)\n{\n" + LONG_BODY + "}\n", "function of 72 lines"),
    ("tests/base/b.c", "int x;\n" * rules.FILE_LINES_MAX, "int x;\n" * (rules.FILE_LINES_MAX + 1), "file of 501 lines"),
    ("ledger/base/d.h", "#pragma once\n", "int x;\n", "#pragma once"),
    ("ledger/base/README.md", "bricks\n" * rules.README_LINES_MAX, "bricks\n" * (rules.README_LINES_MAX + 1), "folder README"),
    ("certs/ca.pem", "-----BEGIN CERTIFICATE-----\n", KEY_LINE, "private keys"),
    ("certs/names.txt", "x\n", None, None),
]


class Twins(unittest.TestCase):
    def problems(self, path, text):
        with tempfile.TemporaryDirectory() as root:
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
            return [what for _, what in tidy.check_file(root, path)]

    def test_good_twins_pass(self):
        for path, good, _, _ in TWINS:
            with self.subTest(path=path, text=good[:40]):
                self.assertEqual([], self.problems(path, good))

    def test_bad_twins_are_caught(self):
        for path, _, bad, message in TWINS:
            if bad is None:
                continue
            with self.subTest(path=path, text=bad[:40]):
                found = self.problems(path, bad)
                self.assertEqual(1, len([w for w in found if message in w]), found)

    def test_line_numbers_survive_comments(self):
        code = tidy.strip_code('/* a\n b */ "x\\"y" int z; // c\n\'"\' w')
        self.assertEqual(2, code.count("\n"))
        self.assertIn("int z;", code)
        self.assertNotIn("a", code)


class Layout(unittest.TestCase):
    GOOD = sorted(n + "/README.md" if "." not in n and n != "LICENSE" else n for n in rules.TOP_LEVEL)

    def messages(self, names):
        return [f"{entry} {what}" for entry, _, what in tidy.check_layout(names)]

    def test_good(self):
        self.assertEqual([], self.messages(self.GOOD + [".gitignore", ".ci/run"]))

    def test_stray_entry(self):
        self.assertEqual(["src does not belong at the top level", "src has no README.md"],
                         self.messages(self.GOOD + ["src/a.c"]))

    def test_missing_entry(self):
        self.assertEqual(["LICENSE is missing at the top level"],
                         self.messages([n for n in self.GOOD if n != "LICENSE"]))

    def test_room_without_readme(self):
        self.assertEqual(["ledger/base has no README.md"], self.messages(self.GOOD + ["ledger/base/a.c"]))

    def test_key_file(self):
        with tempfile.TemporaryDirectory() as root:
            open(os.path.join(root, "a.key"), "w", encoding="utf-8").close()
            self.assertEqual(1, len(list(tidy.check_file(root, "a.key"))))


if __name__ == "__main__":
    unittest.main()
