#!/usr/bin/env python3
"""A bank's HTTPS door with mutual TLS 1.3. What it answers is in the payment's reference: P-paid,
P-wait, P-later, P-refuse, P-error, P-cut, P-mute, P-big. Prints its port; writes one line of what
it got into LOG: reference, or "-" when nobody sent anything. bank_https.py DIRECTORY LOG"""

import re
import socket
import ssl
import sys
import threading

STATUS = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10"><FIToFIPmtStsRpt>
<GrpHdr><MsgId>ST-{0}</MsgId><CreDtTm>2026-11-23T06:45:00Z</CreDtTm></GrpHdr><TxInfAndSts>
<OrgnlEndToEndId>{0}</OrgnlEndToEndId><TxSts>{1}</TxSts>{2}</TxInfAndSts></FIToFIPmtStsRpt></Document>"""
RESOLUTION = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn>
<Assgnmt><Id>RS-{0}</Id><Assgnr><Agt><FinInstnId><BICFI>ZZZBCNBJ</BICFI></FinInstnId></Agt></Assgnr>
<Assgne><Agt><FinInstnId><BICFI>ZZZACNBJ</BICFI></FinInstnId></Agt></Assgne>
<CreDtTm>2026-11-23T09:00:00Z</CreDtTm></Assgnmt><Sts><Conf>CNCL</Conf></Sts><CxlDtls><TxInfAndSts>
<OrgnlEndToEndId>{0}</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts></TxInfAndSts></CxlDtls>
</RsltnOfInvstgtn></Document>"""
REASON = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>"

directory, log = sys.argv[1:]


def answer(reference, is_recall):
    """Status and body; None: hang up."""
    if is_recall:
        return 200, RESOLUTION.format(reference)
    return {
        "P-paid": (200, STATUS.format(reference, "ACSC", "")),
        "P-later": (200, STATUS.format(reference, "ACSP", "")),
        "P-wait": (202, ""),
        "P-refuse": (422, STATUS.format(reference, "RJCT", REASON)),
        "P-error": (500, "no"),
        "P-cut": None,
        "P-big": (200, "<" + "a" * (2 << 20)),
    }.get(reference, (204, ""))


def read_request(line):
    data = b""
    while b"\r\n\r\n" not in data:
        part = line.recv(65536)
        if not part:
            return ""
        data += part
    head, body = data.split(b"\r\n\r\n", 1)
    size = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    while len(body) < size:
        body += line.recv(65536)
    return body.decode()


def serve(line, context):
    text = ""
    try:
        with context.wrap_socket(line, server_side=True) as secure:
            text = read_request(secure)
            reference = re.search("EndToEndId>([^<]*)<", text)[1] if text else "-"
            with open(log, "a", encoding="utf-8") as file:
                file.write(reference + "\n")
            if reference == "P-mute":
                secure.recv(1)  # until the other side gives up
            said = answer(reference, "camt.056" in text)
            if said is not None and text:
                status, body = said
                secure.sendall(f"HTTP/1.1 {status} So\r\nContent-Length: {len(body)}\r\n"
                               f"Content-Type: application/xml\r\n\r\n{body}".encode())
    except (OSError, ValueError):
        pass


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(f"{directory}/bank.pem", f"{directory}/bank.key")
    context.load_verify_locations(f"{directory}/ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    with open(log + ".port", "w", encoding="utf-8") as file:
        file.write(str(listener.getsockname()[1]) + "\n")
    while True:
        line, _ = listener.accept()
        threading.Thread(target=serve, args=(line, context), daemon=True).start()


main()
