"""ISO 8583:1987 in ASCII with binary bitmaps, as far as the bank speaks it; its own table, so that
the bank's codec is checked by another."""

import struct

# Field: fixed length, or -digits of a variable length. Fields 64 and 128 are binary.
FIELDS = {
    3: 6, 4: 12, 7: 10, 11: 6, 12: 6, 13: 4, 15: 4, 32: -2, 33: -2, 37: 12, 38: 6, 39: 2, 41: 8,
    42: 15, 44: -2, 48: -3, 49: 3, 62: -3, 64: 8, 70: 3, 74: 10, 75: 10, 76: 10, 77: 10, 86: 16,
    87: 16, 88: 16, 89: 16, 90: 42, 97: 17, 100: -2, 102: -2, 103: -2, 128: 8,
}


def pack(mti, fields):
    """The message without its length."""
    highest = max(fields)
    bits = 1 << 127 if highest > 64 else 0
    body = b""
    for number in sorted(fields):
        value = fields[number]
        value = value if isinstance(value, bytes) else value.encode()
        size = FIELDS[number]
        bits |= 1 << (128 - number)
        if size < 0:
            body += str(len(value)).zfill(-size).encode()
        else:
            assert len(value) == size, (number, value)
        body += value
    bitmap = bits.to_bytes(16, "big")
    return mti.encode() + (bitmap if highest > 64 else bitmap[:8]) + body


def unpack(message):
    mti, at = message[:4].decode(), 12
    bits = int.from_bytes(message[4:12], "big") << 64
    if bits >> 127:
        bits |= int.from_bytes(message[12:20], "big")
        at = 20
    fields = {}
    for number in range(2, 129):
        if not bits >> (128 - number) & 1:
            continue
        size = FIELDS[number]
        if size < 0:
            end = at - size
            size = int(message[at:end])
            at = end
        value = message[at:at + size]
        assert len(value) == size, number
        fields[number] = value if number in (64, 128) else value.decode()
        at += size
    assert at == len(message), "trailing bytes"
    return mti, fields


def frame(message):
    return struct.pack(">H", len(message)) + message


def private(**elements):
    """Field 48: REF="..." and the like."""
    return "".join(f"{tag}{len(value):03d}{value}" for tag, value in elements.items())


def private_read(text):
    elements = {}
    while text:
        size = int(text[3:6])
        elements[text[:3]] = text[6:6 + size]
        assert len(elements[text[:3]]) == size
        text = text[6 + size:]
    return elements


def original(payment):
    """Field 90 of the payment with these fields."""
    return ("0200" + payment[11] + payment[7] + payment.get(32, "").zfill(11)
            + payment.get(33, "").zfill(11))
