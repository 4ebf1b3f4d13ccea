'use strict';
/*
 * Signatures of ours, checked by npm standardwebhooks (v1) and @noble/ed25519 (v1a); each once as it is
 * and once with one thing changed. Usage: node verify.js PEER [COUNT] [SEED]
 */
const { spawnSync } = require('child_process');

const [peer, count = '2000', seed = String(Date.now() % 1e9)] = process.argv.slice(2);

function fail(what, line) {
  console.error(`FAIL seed ${seed}: ${what}\n${line}`);
  process.exit(1);
}

/* What a receiver does with one secret. */
function isTaken(Webhook, secret, message) {
  const headers = {
    'webhook-id': message.id,
    'webhook-timestamp': message.timestamp,
    'webhook-signature': message.signatures,
  };
  try {
    new Webhook(secret).verify(message.body, headers);
    return true;
  } catch (error) {
    return false;
  }
}

async function isSigned(ed25519, key, message) {
  const content = Buffer.from(`${message.id}.${message.timestamp}.${message.body}`);
  const [version, signature] = message.signatures.split(',');
  const publicKey = Uint8Array.from(Buffer.from(key.slice('whpk_'.length), 'base64'));
  const bytes = Uint8Array.from(Buffer.from(signature, 'base64'));
  return version === 'v1a' && ed25519.verifyAsync(bytes, Uint8Array.from(content), publicKey);
}

/* The twins: another id, another time, another body. */
function twins(message) {
  return [
    { ...message, id: `${message.id}0` },
    { ...message, timestamp: String(Number(message.timestamp) + 1) },
    { ...message, body: message.body.replace('text', 'tixt') },
  ];
}

async function check(Webhook, ed25519, line) {
  const [signatures, secret, former, id, timestamp, hex] = line.split('\t');
  const message = { signatures, id, timestamp, body: Buffer.from(hex, 'hex').toString('utf8') };
  const test = (which, key) =>
    key.startsWith('whpk_') ? isSigned(ed25519, key, which) : isTaken(Webhook, key, which);
  for (const key of former === '-' ? [secret] : [secret, former]) {
    if (!(await test(message, key))) {
      fail('a good signature is refused', line);
    }
    for (const twin of twins(message)) {
      if (await test(twin, key)) {
        fail('a changed message is taken', line);
      }
    }
  }
}

async function main() {
  let Webhook;
  let ed25519;
  try {
    ({ Webhook } = require('standardwebhooks'));
    ed25519 = await import('@noble/ed25519');
  } catch (error) {
    console.error(`standardwebhooks or @noble/ed25519 is not installed: run \`npm ci\` in ${__dirname}`);
    process.exit(1);
  }
  const run = spawnSync(peer, [count, seed], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  if (run.status !== 0 || lines.length !== Number(count)) {
    fail(`the peer gave ${lines.length} lines`, run.stderr);
  }
  for (const line of lines) {
    await check(Webhook, ed25519, line);
  }
  const rotated = lines.filter((line) => line.split('\t')[2] !== '-').length;
  const keyed = lines.filter((line) => line.startsWith('v1a,')).length;
  console.log(`${lines.length} messages, ${keyed} of them v1a, ${rotated} with two secrets; seed ${seed}`);
}

main();
