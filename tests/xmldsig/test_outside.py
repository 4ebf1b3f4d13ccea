#!/usr/bin/env python3
"""Signatures against programs that share no code with ours: test_outside.py PATH_OF_KOUAN.

What `kouan customs sign` makes is checked by xmlsec1 (RSA-SHA1) and by `openssl` over what
`xmllint --c14n` makes canonical; what those sign, `kouan customs verify` must accept.
"""

import base64
import os
import re
import subprocess
import sys
import tempfile
import unittest

KOUAN = sys.argv[1]
FOLDER = tempfile.TemporaryDirectory(prefix="kouan-xmldsig-")
DS = "http://www.w3.org/2000/09/xmldsig#"
PORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
IDENTIFIER = "distid:1234567812345678"
MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<ceb:CEB621Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" version="1.0" guid='G"1'>
  <!-- a comment --><ceb:Inventory b="2" a="&lt;&#10;1"><ceb:note><![CDATA[<&]]> 测试&#13;</ceb:note>
  <ceb:empty/></ceb:Inventory>
  %s</ceb:CEB621Message>
"""


def path(name):
    return os.path.join(FOLDER.name, name)


def write(name, content):
    with open(path(name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path(name)


def run(*words, stdin=b""):
    result = subprocess.run(words, input=stdin, capture_output=True, check=False, timeout=120)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {result.returncode} {result.stderr.decode()}")
    return result.stdout


def canonical(content):
    """xmllint keeps comments."""
    return re.sub(rb"<!--.*?-->", b"", run("xmllint", "--c14n", write("canonical.xml", content)))


def signed_info(message):
    """SignedInfo in its canonical form; the name spaces of the root come down to it."""
    text = canonical(message).decode()
    info = re.search(r"<ds:SignedInfo>.*?</ds:SignedInfo>", text, re.S).group(0)
    spaces = sorted(set(re.findall(r' xmlns:\w+="[^"]*"', text[:text.index("<ds:SignedInfo>")])))
    return info.replace("<ds:SignedInfo>", f"<ds:SignedInfo{''.join(spaces)}>").encode()


def without_signature(message):
    return re.sub(r"<ds:Signature .*?</ds:Signature>", "", message.decode(), flags=re.S).encode()


def field(message, name):
    return base64.b64decode(re.search(rf"<ds:{name}>(.*?)</ds:{name}>", message.decode(), re.S).group(1))


def template(method, digest_method, digest="", value="", certificate=""):
    return (f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
            '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>'
            f'<ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI=""><ds:Transforms>'
            f'<ds:Transform Algorithm="{DS}enveloped-signature"/></ds:Transforms>'
            f'<ds:DigestMethod Algorithm="{digest_method}"/><ds:DigestValue>{digest}</ds:DigestValue>'
            f"</ds:Reference></ds:SignedInfo><ds:SignatureValue>{value}</ds:SignatureValue>"
            f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>"
            "</ds:X509Data></ds:KeyInfo></ds:Signature>")


def body_of(pem):
    with open(pem, encoding="ascii") as file:
        return "".join(line.strip() for line in file if "-----" not in line)


def der_integer(number):
    content = number.lstrip(b"\0") or b"\0"
    content = (b"\0" if content[0] & 0x80 else b"") + content
    return bytes([2, len(content)]) + content


def der(raw):
    content = der_integer(raw[:32]) + der_integer(raw[32:])
    return bytes([0x30, len(content)]) + content


def verify(message):
    return run(KOUAN, "customs", "verify", "--json", write("verify.xml", message)).decode()


class Rsa(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path("rsa.key"), "-out",
            path("rsa.pem"), "-days", "2", "-subj", "/CN=declarant")
        run("openssl", "x509", "-in", path("rsa.pem"), "-pubkey", "-noout", "-out", path("rsa.pub"))

    def test_ours_is_accepted(self):
        made = run(KOUAN, "customs", "sign", "--key", path("rsa.key"), "--cert", path("rsa.pem"),
                   write("plain.xml", MESSAGE % ""))
        run("xmlsec1", "--verify", "--pubkey-cert-pem", path("rsa.pem"), write("made.xml", made))
        digest = run("openssl", "dgst", "-sha1", "-binary", stdin=canonical(without_signature(made)))
        self.assertEqual(digest, field(made, "DigestValue"))
        run("openssl", "dgst", "-sha1", "-verify", path("rsa.pub"), "-signature",
            write("value", field(made, "SignatureValue")), stdin=signed_info(made))

    def test_theirs_is_accepted(self):
        bare = MESSAGE % template(DS + "rsa-sha1", DS + "sha1", certificate=body_of(path("rsa.pem")))
        signed = run("xmlsec1", "--sign", "--privkey-pem", path("rsa.key"), write("bare.xml", bare))
        self.assertIn('"rsa-sha1"', verify(signed))
        with self.assertRaisesRegex(AssertionError, "digest_mismatch"):
            verify(signed.replace("测试".encode(), "测式".encode()))


class Sm2(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        run("openssl", "genpkey", "-algorithm", "SM2", "-out", path("sm2.key"))
        run("openssl", "req", "-x509", "-new", "-key", path("sm2.key"), "-sm3", "-sigopt", IDENTIFIER, "-out",
            path("sm2.pem"), "-days", "2", "-subj", "/CN=declarant")
        run("openssl", "pkey", "-in", path("sm2.key"), "-pubout", "-out", path("sm2.pub"))

    def test_ours_is_accepted(self):
        made = run(KOUAN, "customs", "sign", "--key", path("sm2.key"), "--cert", path("sm2.pem"),
                   write("plain.xml", MESSAGE % ""))
        digest = run("openssl", "dgst", "-sm3", "-binary", stdin=canonical(without_signature(made)))
        self.assertEqual(digest, field(made, "DigestValue"))
        raw = field(made, "SignatureValue")
        self.assertEqual(len(raw), 64)
        run("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", path("sm2.pub"), "-rawin", "-digest", "sm3",
            "-pkeyopt", IDENTIFIER, "-in", write("info", signed_info(made)), "-sigfile",
            write("value", der(raw)))

    def test_theirs_is_accepted(self):
        """The command line writes DER, which is accepted as well."""
        digest = base64.b64encode(run("openssl", "dgst", "-sm3", "-binary", stdin=canonical(MESSAGE % ""))).decode()
        certificate = body_of(path("sm2.pem"))
        bare = MESSAGE % template(PORT + "sm2-sm3", PORT + "sm3", digest, "", certificate)
        value = run("openssl", "pkeyutl", "-sign", "-inkey", path("sm2.key"), "-rawin", "-digest", "sm3", "-pkeyopt",
                    IDENTIFIER, "-in", write("info", signed_info(bare)))
        value = base64.b64encode(value).decode()
        signed = MESSAGE % template(PORT + "sm2-sm3", PORT + "sm3", digest, value, certificate)
        self.assertIn('"sm2-sm3"', verify(signed))
        with self.assertRaisesRegex(AssertionError, "digest_mismatch"):
            verify(signed.replace("测试", "测式"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
