"""Authentication codes, key exchange, mutual TLS."""

import functools
import operator
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile

import house
import iso87


def openssl(*arguments, text=b""):
    return subprocess.run(["openssl", *arguments], input=text, capture_output=True, check=True).stdout


def cmac(key, text):
    """AES-CMAC, the leading 8 bytes, by another program."""
    code = openssl("mac", "-cipher", "AES-128-CBC", "-macopt", "hexkey:" + key.hex(), "-in", "-",
                   "CMAC", text=text)
    return bytes.fromhex(code.decode().strip())[:8]


def encrypted(cipher, key, text, *vector):
    return openssl("enc", "-" + cipher, "-nopad", "-K", key.hex(), *vector, text=text)


def blocks(text, size):
    return text + bytes(-len(text) % size)


def folded(*texts):
    return bytes(functools.reduce(operator.xor, column) for column in zip(*texts))


def x919(key, text):
    """ANSI X9.19: single DES in CBC (both halves of the key the same), Triple-DES for the last block."""
    text = blocks(text, 8)
    chained = encrypted("des-ede-cbc", key[:8] * 2, text[:-8], "-iv", "0" * 16)[-8:]
    return encrypted("des-ede", key, folded(chained, text[-8:]))


def unionpay(key, text):
    """Blocks folded, written as 16 hexadecimal characters, enciphered by halves."""
    text = blocks(text, 8)
    spelled = folded(*(text[i:i + 8] for i in range(0, len(text), 8))).hex().upper().encode()
    half = encrypted("des-ede", key, spelled[:8])
    return encrypted("des-ede", key, folded(half, spelled[8:])).hex().upper().encode()[:8]


def sm4(key, text):
    return encrypted("sm4-cbc", key, blocks(text, 16), "-iv", "0" * 32)[-16:-8]


class Signing(house.Gateway):
    def __init__(self, bank, key, code=cmac):
        self.key = key
        self.code = code
        super().__init__(bank)

    def sealed(self, mti, fields):
        field = 128 if max(fields) > 64 else 64
        packed = iso87.pack(mti, {**fields, field: bytes(8)})[:-8]
        return packed + self.code(self.key, packed)

    def send(self, mti, fields):
        fields = {n: v for n, v in fields.items() if n not in (64, 128)}
        self.socket.sendall(iso87.frame(self.sealed(mti, fields)))

    def receive_any(self):
        head = self.input.read(2)
        if len(head) < 2:
            return None
        body = self.input.read(int.from_bytes(head, "big"))
        self.is_proven = body[-8:] == self.code(self.key, body[:-8])
        return iso87.unpack(body)


class Codes(house.Case):
    KEY = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
    MASTER = bytes.fromhex("f0e0d0c0b0a090807060504030201000")

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="kouan-bank."))
        self.addCleanup(shutil.rmtree, self.directory)
        for name, key in (("key", self.KEY), ("master", self.MASTER)):
            (self.directory / name).write_text(key.hex() + "\n")

    def signed_bank(self, script="", **options):
        return self.bank(script, mac_algorithm="aes_cmac", mac_key_file=self.directory / "key",
                         mac_master_key_file=self.directory / "master", **options)

    def signing(self, bank):
        gateway = Signing(bank, self.KEY)
        self.addCleanup(gateway.close)
        return gateway

    def test_signed_both_ways(self):
        bank = self.signed_bank()
        gateway = self.signing(bank)
        self.assertTrue(gateway.is_proven)
        _, (_, answer) = gateway.pay("P1", 100)
        self.assertEqual("00", answer[39])
        self.assertTrue(gateway.is_proven)

    def test_wrong_and_missing_codes_change_nothing(self):
        bank = self.signed_bank()
        gateway = self.signing(bank)
        payment = gateway.payment("P1", 100)
        packed = bytearray(gateway.sealed("0200", payment))
        packed[-1] ^= 1
        for message in (bytes(packed), iso87.pack("0200", payment)):
            gateway.socket.sendall(iso87.frame(message))
            self.assertEqual("A0", gateway.receive()[1][39])
            self.assertTrue(gateway.is_proven)
        self.assertEqual([], bank.books()["payments"])
        self.assertEqual(2, bank.status()["unproven"])

    def test_every_algorithm(self):
        for name, code in (("x919", x919), ("unionpay_ecb", unionpay), ("sm4_cbc", sm4), ("aes_cmac", cmac)):
            with self.subTest(name):
                bank = self.bank(mac_algorithm=name, mac_key_file=self.directory / "key")
                gateway = Signing(bank, self.KEY, code)
                self.addCleanup(gateway.close)
                self.assertTrue(gateway.is_proven)
                self.assertEqual("00", gateway.pay("P1", 100)[1][1][39])
                self.assertTrue(gateway.is_proven)
                packed = bytearray(gateway.sealed("0200", gateway.payment("P2", 100)))
                packed[-20] ^= 1
                gateway.socket.sendall(iso87.frame(bytes(packed)))
                self.assertIn(gateway.receive()[1][39], ("A0", "30"))
                self.assertEqual(1, len(bank.books()["payments"]))

    def test_one_key_exchange_at_a_time(self):
        bank = self.signed_bank()
        gateway = self.signing(bank)
        self.assertEqual("ok", bank.tell("key_exchange"))
        _, first = gateway.receive()
        self.assertTrue(bank.tell("key_exchange").startswith("error: busy"))
        self.assertEqual("96", gateway.ask("0800", {70: "161"})[1][39])
        # Refused by the gateway: the old key stays, and another exchange may begin.
        gateway.send("0810", {n: v for n, v in {**first, 39: "89"}.items() if n != 62})
        self.assertEqual("00", gateway.pay("P1", 100)[1][1][39])
        self.assertTrue(gateway.is_proven)
        self.assertEqual("ok", bank.tell("key_exchange"))

    def test_scripted_wrong_code(self):
        gateway = self.signing(self.signed_bank("on pay always wrong_mac\n"))
        gateway.pay("P1", 100)
        self.assertFalse(gateway.is_proven)

    def test_new_key(self):
        bank = self.signed_bank()
        gateway = self.signing(bank)
        self.assertEqual("ok", bank.tell("key_exchange"))
        mti, fields = gateway.receive()
        self.assertEqual(("0800", "161"), (mti, fields[70]))
        wrapped, check = bytes.fromhex(fields[62])[:16], bytes.fromhex(fields[62])[16:]
        key = openssl("enc", "-d", "-aes-128-ecb", "-nopad", "-K", self.MASTER.hex(), text=wrapped)
        self.assertEqual(check, openssl("enc", "-aes-128-ecb", "-nopad", "-K", key.hex(),
                                        text=bytes(16))[:4])
        gateway.send("0810", {n: v for n, v in {**fields, 39: "00"}.items() if n != 62})
        gateway.key = key
        self.assertEqual("00", gateway.pay("P1", 100)[1][1][39])
        self.assertTrue(gateway.is_proven)

    def key_text(self, key):
        check = openssl("enc", "-aes-128-ecb", "-nopad", "-K", key.hex(), text=bytes(16))[:4]
        return (encrypted("aes-128-ecb", self.MASTER, key) + check).hex().upper()

    def test_key_of_the_gateway(self):
        gateway = self.signing(self.signed_bank())
        text = self.key_text(bytes(range(16, 32)))
        self.assertEqual("89", gateway.ask("0800", {70: "161", 62: text[:-8] + "00000000"})[1][39])
        self.assertEqual("89", gateway.ask("0800", {70: "161", 62: text[:-2]})[1][39])
        # The answer is under the old key still; a repeat, under the old key too, finds it taken.
        self.assertEqual("00", gateway.ask("0800", {70: "161", 62: text})[1][39])
        self.assertTrue(gateway.is_proven)
        self.assertEqual("00", gateway.ask("0801", {70: "161", 62: text})[1][39])
        self.assertFalse(gateway.is_proven)
        gateway.key = bytes(range(16, 32))
        self.assertEqual("00", gateway.pay("P1", 100)[1][1][39])
        self.assertTrue(gateway.is_proven)

    def test_day_of_the_gateway(self):
        bank = self.signed_bank(day="2026-11-23")
        gateway = self.signing(bank)
        for day, code in (("1124", "00"), ("1124", "00"), ("1123", "12"), ("1331", "30")):
            self.assertEqual(code, gateway.ask("0800", {70: "201", 15: day})[1][39])
        self.assertEqual("2026-11-24", bank.books()["day"])

    def test_bad_key_files(self):
        for text in ("", "xx", "00", "00" * 33):
            (self.directory / "key").write_text(text)
            with self.assertRaises(AssertionError):
                self.signed_bank()


class Tls(house.Case):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="kouan-bank."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.make("ca")
        self.make("other")
        for name in ("bank", "gateway"):
            self.make(name, "ca")
        self.make("stranger", "other")

    def path(self, name):
        return str(self.directory / name)

    def make(self, name, issuer=None):
        arguments = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                     "-nodes", "-days", "2", "-subj", f"/CN={name}.test", "-keyout",
                     self.path(name + ".key"), "-out", self.path(name + ".pem")]
        if issuer is not None:
            arguments += ["-CA", self.path(issuer + ".pem"), "-CAkey", self.path(issuer + ".key"),
                          "-addext", f"subjectAltName=DNS:{name}.test",
                          "-addext", "basicConstraints=critical,CA:FALSE"]
        openssl(*arguments)

    def context(self, name):
        context = ssl.create_default_context(cafile=self.path("ca.pem"))
        if name is not None:
            context.load_cert_chain(self.path(name + ".pem"), self.path(name + ".key"))
        return context

    def test_mutual(self):
        bank = self.bank(certificate=self.path("bank.pem"), key=self.path("bank.key"),
                         ca=self.path("ca.pem"), peer_name="gateway.test")
        gateway = self.gateway(bank, context=self.context("gateway"))
        self.assertEqual("TLSv1.3", gateway.socket.version())
        self.assertEqual("00", gateway.pay("P1", 100)[1][1][39])
        for name in (None, "stranger", "bank"):
            with self.assertRaises((OSError, TypeError), msg=name):
                house.Gateway(bank, context=self.context(name))
        with socket.create_connection(("127.0.0.1", bank.port)) as plain:
            plain.settimeout(house.PATIENCE)
            plain.sendall(iso87.frame(iso87.pack("0800", {7: "1123120000", 11: "000001",
                                                          70: "001"})))
            while plain.recv(4096):
                pass
        self.assertEqual(1, len(bank.books()["payments"]))


if __name__ == "__main__":
    house.main()
