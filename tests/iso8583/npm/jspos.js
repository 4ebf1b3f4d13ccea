'use strict';
/*
 * Generated messages of every dialect packed by npm jspos and read by libiso8583, and the other way
 * round, byte for byte. The packagers are made from the dialects' own tables, by jspos' names.
 * Usage: node jspos.js PEER [COUNT] [SEED]
 */
const fs = require('fs');
const path = require('path');
const { ask, count, fail, load, meaning, seed } = require('./run');
const { Random } = require('./random');
const { ISOBasePackager, ISOUtil, packer } = load('jspos');

const folder = path.resolve(__dirname, '../../../adapters/iso8583/dialects');
const random = new Random(seed);

/* `header` makes what stands before a message of `size` bytes; jspos knows nothing of it. */
const dialects = [
  { name: 'iso87-ascii', types: ['0100', '0210', '0420', '0800'], digits: 'ascii', header: () => '' },
  { name: 'iso93-ascii', types: ['1100', '1210', '1420', '1804'], digits: 'ascii', header: () => '' },
  { name: 'unionpay-interbank', types: ['0100', '0210', '0420', '0820'], digits: 'ascii', header: interbankHeader },
  { name: 'unionpay-pos', types: ['0100', '0210', '0400', '0820'], digits: 'bcd', header: () => '6000030000603100310100' },
];

function interbankHeader(size) {
  const total = String(size + 46).padStart(4, '0');
  const middle = Buffer.from(`${total}00010000   48220000   `).toString('hex');
  return `2e02${middle}00000000${Buffer.from('00000000').toString('hex')}00${Buffer.from('00000').toString('hex')}`;
}

/* jspos' classes by digits, kind and length: what a field of the standard is called there. */
const { IF_CHAR, IFA_NUMERIC, IFA_LLNUM, IFA_LLCHAR, IFA_LLLCHAR, IFA_LLLBINARY, IFB_BINARY, IFB_LLNUM, IFB_LLLNUM,
  IFB_LLCHAR, IFB_LLLCHAR, IFB_LLLBINARY, IFB_NUMERIC, IFB_BITMAP } = packer;
const classes = {
  ascii: { number: [IFA_NUMERIC, IFA_LLNUM, IFA_LLLCHAR], text: [IF_CHAR, IFA_LLCHAR, IFA_LLLCHAR],
    binary: [IFB_BINARY, null, IFA_LLLBINARY] },
  bcd: { number: [IFB_NUMERIC, IFB_LLNUM, IFB_LLLNUM], text: [IF_CHAR, IFB_LLCHAR, IFB_LLLCHAR],
    binary: [IFB_BINARY, null, IFB_LLLBINARY] },
};

function family(dialect, kind) {
  const isNumber = kind === 'n' || (kind === 'z' && dialect.digits === 'bcd');
  return isNumber ? 'number' : kind === 'b' ? 'binary' : 'text';
}

function classOf(dialect, row) {
  return classes[dialect.digits][family(dialect, row.kind)][row.dots ? row.dots - 1 : 0];
}

/*
 * The rows `- {field: 2, type: n..19, …}` of a dialect's file. Left out: fields above 128, and what
 * jspos has no class for (bytes behind two ASCII digits).
 */
function rows(dialect) {
  const found = [];
  for (const line of fs.readFileSync(path.join(folder, `${dialect.name}.yaml`), 'utf8').split('\n')) {
    const [, field, kind, dots, most] = /^  - \{field: (\d+), type: ([a-z+]+?)(\.*)(\d+),/.exec(line) || [];
    const row = { field: Number(field), kind, dots: (dots || '').length, most: Number(most), line };
    if (row.field <= 128 && classOf(dialect, row)) {
      found.push(row);
    }
  }
  return found;
}

function packager(dialect, table) {
  const fields = [];
  const Type = dialect.digits === 'bcd' ? IFB_NUMERIC : IFA_NUMERIC;
  fields[0] = new Type(4, '', true);
  fields[1] = new IFB_BITMAP(16, '');
  for (const row of table) {
    const Class = classOf(dialect, row);
    fields[row.field] = new Class(row.most + (row.kind === 'x+n' ? 1 : 0), '', /align: right/.test(row.line));
  }
  fields[129] = fields[128]; /* jspos reads fields below the table's length */
  const made = new ISOBasePackager();
  made.setFieldPackager(fields);
  return made;
}

/* The lengths a field cut into parts may have. */
function partLengths(line) {
  const lengths = [0];
  for (const [, size] of line.matchAll(/type: [a-z+]+(\d+)\}/g)) {
    lengths.push(lengths[lengths.length - 1] + Number(size));
  }
  return lengths.slice(1);
}

function elements() {
  let out = '';
  for (let left = 1 + random.below(4); left > 0; left--) {
    const length = random.below(9);
    out += random.pick(['95', '9f26', '5a', '9c']) + length.toString(16).padStart(2, '0') + random.text('b', length);
  }
  return out;
}

function value(dialect, row) {
  if (/layout: ber-tlv/.test(row.line)) {
    return elements();
  }
  if (row.kind === 'x+n') {
    return random.pick('CD') + random.text('n', row.most);
  }
  const lengths = /layout: parts/.test(row.line) ? partLengths(row.line) : [];
  const length = lengths.length ? random.pick(lengths) : row.dots ? 1 + random.below(Math.min(row.most, 120)) : row.most;
  /* jspos packs the separator of a track as the digit 0 in BCD. */
  const kind = row.kind === 'z' && dialect.digits === 'bcd' ? 'n' : row.kind;
  return random.text(kind, length);
}

function compare(dialect) {
  const table = rows(dialect);
  const made = packager(dialect, table);
  const binary = new Set(table.filter((row) => row.kind === 'b').map((row) => row.field));
  const meanings = [];
  const packed = [];
  for (let i = 0; i < count; i++) {
    const message = made.createISOMsg();
    const type = random.pick(dialect.types);
    const fields = {};
    message.setMTI(type);
    for (let left = 1 + random.below(24); left > 0; left--) {
      const row = random.pick(table);
      fields[row.field] = value(dialect, row);
      message.setField(row.field, fields[row.field]);
    }
    const bytes = Buffer.from(message.pack());
    meanings.push(meaning(type, fields, (field) => binary.has(field)));
    packed.push(Buffer.concat([Buffer.from(dialect.header(bytes.length), 'hex'), bytes]));
  }
  ask(dialect.name, packed).forEach((answer, i) => {
    const hex = packed[i].toString('hex');
    if (answer.said !== meanings[i] || answer.again !== hex) {
      fail(i, `${dialect.name}: libiso8583 says something else`, [answer.said, meanings[i], answer.again, hex]);
    }
    const header = dialect.header(0).length / 2;
    const message = made.createISOMsg();
    message.unpack([...Buffer.from(answer.again, 'hex').subarray(header)]);
    const again = Buffer.from(message.pack()).toString('hex');
    if (again !== hex.slice(2 * header)) {
      fail(i, `${dialect.name}: jspos says something else`, [meanings[i], again, hex]);
    }
  });
  console.log(`jspos: ${count} messages of ${dialect.name} (${table.length} fields) agree byte for byte both ways, seed ${seed}`);
}

dialects.forEach(compare);
