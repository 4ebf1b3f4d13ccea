'use strict';
/*
 * Generated messages packed by npm iso_8583 and read by libiso8583 (the program given as argument),
 * and the other way round. Usage: node differential.js PEER [COUNT] [SEED]
 */
const { spawnSync } = require('child_process');
const path = require('path');

let Iso;
let formats;
try {
  Iso = require('iso_8583');
  formats = require('iso_8583/lib/formats');
} catch (error) {
  console.error('iso_8583 is not installed: run `npm ci` in ' + path.resolve(__dirname));
  process.exit(1);
}

const peer = process.argv[2];
const count = Number(process.argv[3] || 12000);
const seed = Number(process.argv[4] || Date.now() % 1e9);

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
const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const special = "-!$%^&*()_+|~=`{}[]:\";'<>?,./ ";
const alphabets = {
  n: digits,
  an: digits + letters,
  anp: digits + letters + ' ',
  ans: digits + letters + special,
  ns: digits + special,
  z: digits + '=',
};

/* xorshift32: the seed alone repeats a run. */
let state = seed >>> 0 || 1;
function below(bound) {
  state ^= state << 13;
  state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state % bound;
}

function text(alphabet, length) {
  let out = '';
  for (let i = 0; i < length; i++) {
    out += alphabet[below(alphabet.length)];
  }
  return out;
}

function value(format) {
  if (format.ContentType === 'b') {
    return text('0123456789abcdef', format.MaxLen);
  }
  if (format.ContentType === 'x+n') {
    return text('CD', 1) + text(digits, format.MaxLen - 1);
  }
  const least = format.MinLen || 1;
  const most = Math.min(format.MaxLen, 120);
  const length = format.LenType === 'fixed' ? format.MaxLen : least + below(most - least + 1);
  return text(alphabets[format.ContentType], length);
}

function message() {
  const out = { 0: types[below(types.length)] };
  for (let left = below(24); left > 0; left--) {
    const field = fields[below(fields.length)];
    out[field] = value(formats[field]);
  }
  return out;
}

function fail(index, what, details) {
  console.error(`FAIL message ${index}, seed ${seed}: ${what}`);
  console.error(details);
  process.exit(1);
}

/* What the peer must say of a message: type, then the fields in order, as hexadecimal. */
function meaning(json) {
  const names = Object.keys(json).map(Number).filter((field) => field > 1).sort((a, b) => a - b);
  const parts = names.map((field) => {
    const isBinary = formats[field].ContentType === 'b';
    const hex = isBinary ? json[field] : Buffer.from(json[field], 'latin1').toString('hex');
    return `${field}=${hex}`;
  });
  return [json[0]].concat(parts).join(' ');
}

function unpack(bytes) {
  return new Iso().getIsoJSON(bytes, { lenHeader: false });
}

const messages = [];
const packed = [];
for (let i = 0; i < count; i++) {
  const json = message();
  const bytes = new Iso(json).getRawMessage();
  if (bytes.error) {
    fail(i, 'npm does not pack it', [bytes.error, json]);
  }
  messages.push(json);
  packed.push(bytes);
}

const input = packed.map((bytes) => bytes.toString('hex')).join('\n') + '\n';
const run = spawnSync(peer, [], { input, maxBuffer: 1 << 30 });
if (run.status !== 0) {
  fail(0, 'the peer failed', run.stderr.toString());
}
const answers = run.stdout.toString().trimEnd().split('\n');
if (answers.length !== count) {
  fail(0, 'the peer answered another number of lines', answers.length);
}

let sameCount = 0;
answers.forEach((answer, i) => {
  const [said, again] = answer.split('|');
  if (said !== meaning(messages[i])) {
    fail(i, 'libiso8583 reads something else', [said, meaning(messages[i])]);
  }
  const hasSecondary = Object.keys(messages[i]).some((field) => Number(field) > 64);
  if (hasSecondary) {
    /* npm always writes two bitmaps, so the bytes agree when both are needed. */
    if (again !== packed[i].toString('hex')) {
      fail(i, 'libiso8583 writes other bytes', [again, packed[i].toString('hex')]);
    }
    sameCount++;
  } else if (meaning(unpack(Buffer.from(again, 'hex'))) !== meaning(messages[i])) {
    fail(i, 'npm reads something else', [again]);
  }
});
console.log(`${count} messages agree, ${sameCount} of them byte for byte, seed ${seed}`);
