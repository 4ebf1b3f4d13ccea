"""Sends every row of a table of bad requests and compares status and code: doors.py URL CERTS TABLE GRN"""

import http.client
import json
import ssl
import sys
import urllib.parse


def connect(url, certs, party):
    context = ssl.create_default_context(cafile=f"{certs}/ca.pem")
    context.load_cert_chain(f"{certs}/{party}.pem", f"{certs}/{party}.key")
    parts = urllib.parse.urlsplit(url)
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=20, context=context)


def body_of(text):
    if text == "-":
        return None
    return bytes.fromhex(text[4:]) if text.startswith("hex:") else text.encode()


def ask(connection, row):
    method, path = row[1].split(" ", 1)
    headers = {}
    if row[2] != "-":
        headers["Content-Type"] = row[2]
    if row[3] != "-":
        headers["Idempotency-Key"] = row[3]
    headers["Accept"] = "application/json"
    connection.request(method, path, body_of(row[4]), headers)
    reply = connection.getresponse()
    body = reply.read()
    code = json.loads(body).get("code", "") if body else ""
    return str(reply.status), code


def main():
    url, certs, table, grn = sys.argv[1:]
    wrong = count = 0
    for number, line in enumerate(open(table, encoding="utf-8"), 1):
        if line.startswith("#") or not line.strip():
            continue
        row = [part.strip() for part in line.rstrip("\n").replace("{grn}", grn).split(" | ")]
        assert len(row) == 7, f"line {number} has {len(row)} parts"
        connection = connect(url, certs, row[0])
        found = ask(connection, row)
        connection.close()
        count += 1
        if found != (row[5], row[6]):
            wrong += 1
            print(f"{table}:{number}: {found[0]} {found[1]}, not {row[5]} {row[6]}")
    print(f"{count} bad requests, {wrong} not refused as they must be")
    sys.exit(1 if wrong or not count else 0)


main()
