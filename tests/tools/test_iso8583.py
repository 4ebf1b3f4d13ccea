#!/usr/bin/env python3
"""The verbs `kouan iso8583 …` through the command line: test_iso8583.py PATH_OF_KOUAN SOURCE_ROOT."""

import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

KOUAN, ROOT = sys.argv[1], sys.argv[2]
FOLDER = tempfile.TemporaryDirectory(prefix="kouan-iso8583-")
MIXED = os.path.join(ROOT, "tests/iso8583/dialects/mixed.yaml")

PAN = "6228481234567897"
TRACK = PAN + "=49129988776655"


def bits(*fields):
    """A bitmap of 64 bits."""
    return sum(1 << (64 - field) for field in fields).to_bytes(8, "big")


BARE = b"0200" + bits(3, 4) + b"000000" + b"000000012345"
FAULT = b"0200" + bits(3, 4) + b"000000" + b"00000012X456"
CARD = (b"0200" + bits(2, 3, 4, 35, 41, 48, 52, 64) + b"16" + PAN.encode() + b"000000" + b"000000012345" + b"31" +
        TRACK.encode() + b"TERM0001" + b"024" + b"ref " + PAN.encode() + b" end" +
        bytes.fromhex("0011223344556677") + bytes.fromhex("8899AABBCCDDEEFF"))
ECHO = b"0800" + bits(1, 7, 11) + bits(70 - 64) + b"0716093000" + b"000001" + b"301"
POS = (bytes.fromhex("60000300006031003101000200") + bits(2, 3, 11, 22, 25, 41, 42, 49, 52, 64) + bytes.fromhex("19") +
       bytes.fromhex(PAN + "0180") + bytes.fromhex("000000000042021000") + b"TERM0001MERCHANT0000001156" +
       bytes.fromhex("00112233445566778899AABBCCDDEEFF"))


def framed(*messages):
    return b"".join(struct.pack(">H", len(message)) + message for message in messages)


def run(*words, stdin=b""):
    result = subprocess.run([KOUAN, "iso8583", *words], input=stdin, capture_output=True, check=False, timeout=120)
    return result.returncode, result.stdout, result.stderr.decode()


def write(name, content):
    path = os.path.join(FOLDER.name, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def xxd(data, start=0, mark="", gap=" "):
    lines = []
    for at in range(start, len(data), 16):
        row = data[at:at + 16]
        groups = " ".join(row[i:i + 2].hex() for i in range(0, len(row), 2))
        text = "".join(chr(byte) if 0x20 < byte < 0x7F else "." for byte in row)
        lines.append(f"{mark}{at:08x}:{gap}{groups:<40} {text}")
    return "\n".join(lines) + "\n"


def hexdump(data):
    lines = []
    for at in range(0, len(data), 16):
        row = data[at:at + 16]
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        lines.append(f"{at:08x}  {row[:8].hex(' '):<23}  {row[8:].hex(' '):<23}  |{text}|")
    return "\n".join(lines + [f"{len(data):08x}"]) + "\n"


def tcpdump(*payloads):
    """As -X prints it: a line about each packet, then the packet from its IP header on."""
    out = ""
    for payload in payloads:
        tcp = struct.pack(">HHIIBBHHH", 5001, 5002, 1, 1, 0x80, 0x18, 512, 0, 0) + bytes(12)
        total = 20 + len(tcp) + len(payload)
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, total, 7, 0, 64, 6, 0, b"\n\0\0\1", b"\n\0\0\2") + tcp + payload
        out += "10:11:12.131415 IP 10.0.0.1.5001 > 10.0.0.2.5002: Flags [P.], length %d\n" % len(payload)
        out += re.sub(r"(?m)^0000", "\t0x", xxd(packet, gap="  "))
    return out


STREAM = framed(BARE, b"", ECHO)
FORMS = (  # how a capture may be written; all are STREAM
    ("binary", STREAM),
    ("hex", STREAM.hex()),
    ("capitals", STREAM.hex().upper() + "\n"),
    ("blanks", STREAM.hex(" ")),
    ("colons", STREAM.hex(":")),
    ("0x", " ".join(f"0x{byte:02x}," for byte in STREAM)),
    ("lines", "\r\n".join(STREAM[i:i + 7].hex() for i in range(0, len(STREAM), 7))),
    ("lines that cut bytes", "\n".join(STREAM.hex()[i:i + 7] for i in range(0, 2 * len(STREAM), 7))),
    ("xxd", xxd(STREAM)),
    ("hexdump -C", hexdump(STREAM)),
    ("jPOS", re.sub(r"(?m)^0000([0-9a-f]{4})|\|", r"\1", hexdump(STREAM))),
    ("od", "\n".join(f"{i:06x} {STREAM[i:i + 16].hex(' ')}" for i in range(0, len(STREAM), 16))),
    ("tcpdump -X", tcpdump(framed(BARE), framed(b""), framed(ECHO))),
    ("tcpdump -X, cut anywhere", tcpdump(STREAM[:9], b"", STREAM[9:50], STREAM[50:])),
)

TABLE = (  # words, standard input, exit code, patterns of standard output, of standard error
    ("decode", framed(BARE).hex(), 0, r"iso87-ascii, message type 0200\n +3 .* 000000\n", r"1 of 1 messages"),
    ("decode", BARE, 0, r"message 1: iso87", r"bare"),
    ("decode", BARE.hex() + "\n" + ECHO.hex(), 0, r"message 2: iso87-ascii, message type 0800", r"one a line"),
    ("decode --dialect iso87-ascii", framed(BARE), 0, r"message type 0200", r"^$"),
    ("decode", framed(BARE, FAULT), 4, r"field 4 Amount, transaction, byte 26 of 30\n.* 58 \*\*.*\n +\^\^\n",
     r"1 of 2"),
    ("decode", framed(BARE, ECHO)[:-4], 4, r"the capture ends here, after \d+ of \d+ bytes", r""),
    ("decode", framed(ECHO)[:-4], 4, r"byte 35 of 35(.*\n)*.*after 35 of 39 bytes", r"nearest is iso87"),
    ("decode --dialect unionpay-pos", framed(POS), 0, r"622848\*{9}7018", r"^$"),
    ("decode", framed(POS), 0, r"unionpay-pos, message type 0200", r"unionpay-pos"),
    ("decode", framed(CARD), 0, r"622848\*{6}7897", r"iso87"),
    ("decode --json", framed(FAULT), 4, r'"reason": "a character the field may not have"', r""),
    ("decode --json", framed(BARE, b""), 0, r'"idle": true', r""),
    ("decode", framed(BARE) + b"\xff\xff\x00", 4, r"message 2: 3 bytes that begin no frame|the capture ends", r""),
    ("decode --hex", BARE.hex(), 0, r"0200", r""),
    ("decode --binary", b"0200" + b"30" * 30, 4, r"message 1", r""),
    ("decode --clear", BARE, 2, r"^$", r"--clear is not an option"),
    ("decode --hex --binary", BARE, 2, r"^$", r"either --hex or --binary"),
    ("decode --hex", b"02 0g", 2, r"^$", r"line 1, column 5: not hexadecimal"),
    ("decode", b"020", 2, r"^$", r"odd number of hexadecimal digits"),
    ("decode", b"", 2, r"^$", r"nothing to read"),
    ("decode", b" \n\n", 2, r"^$", r"nothing to read"),
    ("decode", b"0" * (16 * 2**20 + 2), 2, r"^$", r"larger than 16 MiB"),
    ("decode /none/such", b"", 2, r"^$", r"/none/such"),
    ("decode --dialect nonesuch", BARE, 2, r"^$", r"iso87-ascii, iso93-ascii, unionpay-interbank, unionpay-pos"),
    ("decode --dialect ./none.yaml", BARE, 2, r"^$", r"none\.yaml"),
    (f"decode --dialect {MIXED}", BARE, 4, r"mixed", r"^$"),
    ("decode", b"0000000 3030 3030\n", 2, r"^$", r"hexdump -C"),
    ("decode", xxd(STREAM).replace("00000010", "00000020", 1), 2, r"^$", r"line 2: offset 20 where 10 is due"),
    ("decode", xxd(STREAM) + "*\n", 2, r"^$", r"repeated lines"),
    ("decode", xxd(STREAM) + "what\n", 2, r"^$", r"no offset"),
    ("decode", xxd(STREAM)[:20] + "z" + xxd(STREAM)[21:], 2, r"^$", r"line 1: not hexadecimal bytes"),
    ("doctor", STREAM, 0, r"(?m)^iso87-ascii +100\.0% +length +2 +2", r"^$"),
    ("doctor", framed(POS), 0, r"(?m)^unionpay-pos +100\.0%", r"^$"),
    ("doctor", framed(BARE, FAULT), 4, r"field 4, byte 26: a character.*(\n.*)*iso87-ascii reads 1 of 2", r"^$"),
    ("doctor --dialect iso93-ascii", BARE, 4, r"no dialect reads a whole message; the nearest is iso93", r"^$"),
    ("doctor --json", STREAM, 0, r'"verdict": "iso87-ascii reads 2 of 2 messages, each behind its length"', r"^$"),
    ("diff - -", b"", 2, r"^$", r"only one"),
    ("diff -", b"", 2, r"^$", r"usage: kouan iso8583 diff A B"),
    ("encode", b"{", 2, r"^$", r"line 1, column 1: not JSON"),
    ("encode", b"[[]]", 2, r"^$", r"which dialect"),
    ("encode --dialect iso87-ascii", b"[[]]", 2, r"^$", r"message 1: not an object"),
    ("encode", b'{"dialect":"x","mti":"0200"}', 2, r"^$", r"there is no dialect x"),
    ("encode --dialect iso87-ascii", b'{"fields":{}}', 2, r"^$", r"mti is missing"),
    ("encode --dialect iso87-ascii", b'{"mti":"020"}', 2, r"^$", r"four digits"),
    ("encode --dialect iso87-ascii", b'{"mti":"9200"}', 2, r"^$", r"not a message type"),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fields":{"1":"0"}}', 2, r"^$", r'"1" is not a field'),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fields":{"3x":"0"}}', 2, r"^$", r'"3x" is not a field'),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fields":{"3":7}}', 2, r"^$", r"field 3: neither a text"),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fields":{"3":"00000A"}}', 2, r"^$", r"field 3: a character"),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fields":{"65":"0"}}', 2, r"^$", r"field 65: a field this"),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fields":{"64":"001122334455667"}}', 2, r"^$", r"field 64: not pairs"),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fields":{"52":"****"}}', 2, r"^$", r"field 52: its value is masked"),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","colour":1}', 2, r"^$", r"no member colour"),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fault":{}}', 2, r"^$", r"it has a fault"),
    ("encode --dialect unionpay-pos", b'{"mti":"0200","header":"60"}', 2, r"^$", r"header"),
    ("encode --dialect iso87-ascii", b'{"mti":"0200","fields":{"3":"000000"}}', 0,
     r"^0012303230302000000000000000303030303030\n$", r"^$"),
    ("encode --bare --dialect iso87-ascii", b'{"mti":"0200","fields":{"3":"000000"}}', 0,
     r"^303230302000000000000000303030303030\n$", r"^$"),
    ("redact", b"\xff" * 40, 4, r"^$", r"give the --dialect"),
    ("redact", framed(BARE, FAULT).hex(), 0, framed(BARE).hex() + "\n" + framed(FAULT).replace(b"12X456", b"00X000").hex(), r"message 2: "),
)


class Verbs(unittest.TestCase):
    def test_table(self):
        for words, stdin, code, out, err in TABLE:
            with self.subTest(words=words, stdin=stdin[:80]):
                stdin = stdin.encode() if isinstance(stdin, str) else stdin
                got, said, told = run(*words.split(), stdin=stdin)
                self.assertEqual(got, code, told)
                self.assertRegex(said.decode(), re.compile(out))
                self.assertRegex(told, re.compile(err))
                self.assertLessEqual(len(told.splitlines()), 2)

    def test_every_form_of_a_capture_is_the_same(self):
        expected = run("decode", "--json", stdin=STREAM)
        self.assertEqual(expected[0], 0)
        self.assertEqual([message.get("mti") for message in json.loads(expected[1])], ["0200", None, "0800"])
        for name, form in FORMS:
            with self.subTest(name=name):
                stdin = form.encode() if isinstance(form, str) else form
                self.assertEqual(run("decode", "--json", stdin=stdin), expected)
                self.assertEqual(run("decode", "--json", write("form", stdin)), expected)

    def test_decode_never_shows_a_secret(self):
        for words in (("decode",), ("decode", "--json"), ("diff", write("echo", framed(ECHO)), "-")):
            _, out, err = run(*words, stdin=framed(CARD.replace(b"ref " + PAN.encode(), b"reference is 7897")))
            for secret in (PAN, TRACK, TRACK[-14:], "0011223344556677"):
                self.assertNotIn(secret, out.decode() + err)
            self.assertIn("622848******7897", out.decode())


class RoundTrip(unittest.TestCase):
    def test_json_encodes_to_the_same_bytes(self):
        plain = b"0200" + bits(1, 3, 4, 7, 11, 32, 37, 42, 43, 64) + bits(98 - 64) + b"000000" + b"000000012345" + \
            b"0716093000" + b"000042" + b"0848220000" + b"306414300042" + b"MERCHANT0000001" + \
            b'"quoted\\text" {}, \x7b'.ljust(40) + bytes(range(8)) + b"D" * 25
        interbank = bytes.fromhex("2e02") + b"0085" + b"00010000   48220000   " + bytes(4) + b"00000000" + bytes(1) + \
            b"00000" + b"0820" + bytes.fromhex("82200000000000000400000000000000") + b"0716093000000001301"
        remarks = bytes.fromhex("600003000060310031010002100000000000000002") + bytes.fromhex("0009") + b"CUP" + \
            bytes.fromhex("d5fdb3a3d5fd")
        streams = (STREAM, framed(remarks), b"%04d" % len(interbank) + interbank + b"0000", framed(plain))
        for stream in streams:
            with self.subTest(stream=stream[:40]):
                code, shown, err = run("decode", "--json", stdin=stream)
                self.assertEqual(code, 0, shown.decode() + err)
                self.assertEqual(run("encode", "--binary", stdin=shown), (0, stream, ""))
                code, text, _ = run("encode", stdin=shown)
                self.assertEqual((code, bytes.fromhex(text.decode())), (0, stream))
                code, lines, _ = run("encode", "--bare", stdin=shown)
                bare = b"\n".join(line for line in lines.split(b"\n") if line)
                self.assertEqual(json.loads(run("decode", "--json", stdin=bare)[1]),
                                 [message for message in json.loads(shown) if "idle" not in message])

    def test_masked_values_do_not_encode(self):
        code, shown, _ = run("decode", "--json", stdin=framed(BARE, CARD))
        self.assertEqual(code, 0)
        code, _, err = run("encode", stdin=shown)
        self.assertEqual((code, err), (2, "kouan: message 2: field 2: its value is masked\n"))


class Differences(unittest.TestCase):
    def test_nothing_differs(self):
        one = write("one", STREAM)
        self.assertEqual(run("diff", one, "-", stdin=STREAM.hex().encode()), (0, b"", ""))
        self.assertEqual(run("diff", "--json", one, one)[:2], (0, b"[]\n"))

    def test_fields_are_told_masked(self):
        other = CARD.replace(b"000000012345", b"000000099999").replace(PAN.encode(), b"6228489999997897", 1)
        other = other[:4] + bytes.fromhex("7000000020811000") + other[12:-8]
        code, out, err = run("diff", "--json", write("a", framed(CARD)), write("b", framed(other, BARE)))
        self.assertEqual((code, err), (1, ""))
        rows = [(row["message"], row["field"], row["change"], row.get("a"), row.get("b")) for row in json.loads(out)]
        self.assertEqual(rows, [
            (1, "2", "differs where masked", "622848******7897", "622848******7897"),
            (1, "4", "differs", "000000012345", "000000099999"),
            (1, "64", "only in A", "8899AABBCCDDEEFF", None),
            (2, "mti", "only in B", None, "0200"),
        ])
        code, out, _ = run("diff", write("a", framed(CARD)), write("b", framed(other, BARE)))
        self.assertEqual(code, 1)
        self.assertRegex(out.decode(), r"(?m)^ +1  64 +Message authentication code +only in A +8899AABBCCDDEEFF")

    def test_dialects_may_differ(self):
        pos = bytes.fromhex("6000030000603100310100") + bytes.fromhex("0200" "3000000000000000" "000000" "000000012345")
        code, out, _ = run("diff", "--json", write("a", framed(BARE)), write("b", framed(pos)))
        self.assertEqual((code, [row["field"] for row in json.loads(out)]), (1, ["header"]))

    def test_a_fault_is_no_difference(self):
        code, _, err = run("diff", write("a", framed(BARE)), write("b", framed(FAULT)))
        self.assertEqual(code, 4)
        self.assertRegex(err, r"b: message 1 cannot be compared: a character")


class Redaction(unittest.TestCase):
    def runs_of(self, number):
        return {number[i:i + 6] for i in range(len(number) - 5)}

    def check_gone(self, *shown):
        for text in shown:
            for part in self.runs_of(PAN) | self.runs_of(TRACK.split("=")[1]) | {"112233", "99aabb"}:
                self.assertNotIn(part, text)

    def test_secrets_go_and_all_else_stays(self):
        expected = (b"0200" + bytes.fromhex("7000000020811001") + b"16" + b"0" * 16 + b"000000" + b"000000012345" +
                    b"31" + b"0" * 16 + b"=" + b"0" * 14 + b"TERM0001" + b"024" + b"ref " + b"0" * 16 + b" end" +
                    bytes(16))
        code, out, _ = run("redact", stdin=framed(CARD, BARE))
        self.assertEqual((code, out), (0, framed(expected, BARE)))
        code, text, _ = run("redact", stdin=xxd(framed(CARD, BARE)).encode())
        self.assertEqual((code, bytes.fromhex(text.decode())), (0, out))
        self.check_gone(out.decode("latin1"), out.hex(), text.decode())
        self.assertEqual(run("decode", stdin=out)[0], 0)

    def test_packed_digits_go(self):
        code, out, _ = run("redact", stdin=framed(POS).hex().encode())
        self.assertEqual((code, len(out)), (0, 2 * len(framed(POS)) + 1))
        self.check_gone(out.decode())
        before = json.loads(run("decode", "--json", stdin=framed(POS))[1])[0]
        after = json.loads(run("decode", "--json", stdin=out)[1])[0]
        masked = {"2", "52", "64"}
        self.assertEqual({**after, "fields": {n: v for n, v in after["fields"].items() if n not in masked}},
                         {**before, "fields": {n: v for n, v in before["fields"].items() if n not in masked}})

    def test_a_fault_stays_and_nothing_behind_it(self):
        """Wherever a message is cut or broken: no secret is left, and the fault is where it was."""
        for at in range(1, len(CARD), 3):
            for stream in (framed(CARD[:at] + b"\x01" + CARD[at + 1:]), framed(CARD[:at])):
                before = json.loads(run("decode", "--json", "--dialect", "iso87-ascii", stdin=stream)[1])[0]
                code, out, _ = run("redact", "--dialect", "iso87-ascii", stdin=stream)
                self.assertEqual((code, len(out)), (0, len(stream)))
                self.check_gone(out.decode("latin1"), out.hex())
                after = json.loads(run("decode", "--json", "--dialect", "iso87-ascii", stdin=out)[1])[0]
                if before["mti"]:
                    self.assertEqual(after.get("fault"), before.get("fault"), (at, stream))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
