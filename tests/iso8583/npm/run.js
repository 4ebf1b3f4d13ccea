'use strict';
/* What both comparisons share: arguments, failing, and asking libiso8583. */
const { spawnSync } = require('child_process');
const path = require('path');

const [peer, count = 12000, seed = Date.now() % 1e9] =
  process.argv.slice(2).map((word, index) => (index ? Number(word) : word));

function fail(index, what, details) {
  console.error(`FAIL message ${index}, seed ${seed}: ${what}`);
  console.error(details);
  process.exit(1);
}

/* Loads an npm package's module, or says what to do. */
function load(name) {
  try {
    return require(name);
  } catch (error) {
    console.error(`${name} is not installed: run \`npm ci\` in ${path.resolve(__dirname)}`);
    return process.exit(1);
  }
}

/* What a message says, as the peer writes it: type, then fields in order, in hexadecimal. */
function meaning(type, fields, isBinary) {
  const numbers = Object.keys(fields).map(Number).sort((a, b) => a - b);
  const parts = numbers.map((field) => {
    const value = fields[field];
    return `${field}=${isBinary(field) ? value : Buffer.from(value, 'latin1').toString('hex')}`;
  });
  return [type].concat(parts).join(' ');
}

/* For each packed message what libiso8583 reads in it, and the bytes it writes for that. */
function ask(dialect, packed) {
  const input = packed.map((bytes) => bytes.toString('hex')).join('\n') + '\n';
  const run = spawnSync(peer, [dialect], { input, maxBuffer: 1 << 30 });
  if (run.status !== 0) {
    fail(0, 'the peer failed', String(run.stderr));
  }
  const answers = run.stdout.toString().trimEnd().split('\n');
  if (answers.length !== packed.length) {
    fail(0, 'the peer answered another number of lines', answers.length);
  }
  return answers.map((answer) => {
    const [said, again = ''] = answer.split('|');
    return { said, again };
  });
}

module.exports = { ask, count, fail, load, meaning, seed };
