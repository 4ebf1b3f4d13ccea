'use strict';
/*
 * Generated messages packed by npm iso_8583 and read by libiso8583, and the other way round.
 * Usage: node differential.js PEER [COUNT] [SEED]
 */
const { ask, count, fail, load, meaning, seed } = require('./run');
const { Random } = require('./random');
const Iso = load('iso_8583');
const formats = load('iso_8583/lib/formats');

/*
 * Left out: 1 and 65 (bitmaps), 127 (a private structure of its own), and fields whose length npm
 * does not take from the standard: 53 (96 characters), 58 (LLVAR), 64, 96 and 128 (4 bytes).
 */
const leftOut = new Set([1, 53, 58, 64, 65, 96, 127, 128]);
const fields = Object.keys(formats)
  .filter((key) => /^\d+$/.test(key))
  .map(Number)
  .filter((field) => field > 1 && !leftOut.has(field));
const types = ['0100', '0110', '0200', '0210', '0220', '0230', '0400', '0410', '0420', '0800', '0810'];
const random = new Random(seed);

function value(format) {
  if (format.ContentType === 'b') {
    return random.text('b', format.MaxLen / 2);
  }
  if (format.ContentType === 'x+n') {
    return random.pick('CD') + random.text('n', format.MaxLen - 1);
  }
  const least = format.MinLen || 1;
  const most = Math.min(format.MaxLen, 120);
  const length = format.LenType === 'fixed' ? format.MaxLen : least + random.below(most - least + 1);
  return random.text(format.ContentType, length);
}

/* All but every tenth have a field that needs the second bitmap. */
function message(index) {
  const out = { 0: random.pick(types) };
  const chosen = index % 10 ? [random.pick(fields.filter((field) => field > 64))] : [];
  for (let left = random.below(24); left > 0; left--) {
    chosen.push(random.pick(fields));
  }
  for (const field of chosen) {
    out[field] = value(formats[field]);
  }
  return out;
}

function said(json) {
  const { 0: type, 1: bitmap, ...rest } = json;
  return meaning(type, rest, (field) => formats[field].ContentType === 'b');
}

function unpack(bytes) {
  return new Iso().getIsoJSON(bytes, { lenHeader: false });
}

const messages = [];
const packed = [];
for (let i = 0; i < count; i++) {
  const json = message(i);
  const bytes = new Iso(json).getRawMessage();
  if (bytes.error) {
    fail(i, 'npm does not pack it', [bytes.error, json]);
  }
  messages.push(json);
  packed.push(bytes);
}

let sameCount = 0;
ask('iso87-ascii', packed).forEach((answer, i) => {
  if (answer.said !== said(messages[i])) {
    fail(i, 'libiso8583 reads something else', [answer.said, said(messages[i])]);
  }
  const read = unpack(Buffer.from(answer.again, 'hex'));
  if (said(read) !== said(messages[i])) {
    fail(i, 'npm reads something else', [answer.again]);
  }
  /* npm always writes two bitmaps, so the bytes agree when both are needed. */
  if (Object.keys(messages[i]).some((field) => Number(field) > 64)) {
    const { 1: bitmap, ...rest } = read;
    const back = new Iso(rest).getRawMessage();
    if (answer.again !== packed[i].toString('hex') || !packed[i].equals(back)) {
      fail(i, 'the bytes differ', [answer.again, packed[i].toString('hex'), back]);
    }
    sameCount++;
  }
});
console.log(`iso_8583: ${count} messages agree, ${sameCount} of them byte for byte both ways, seed ${seed}`);
