'use strict';
/* Seeded texts and messages: the seed alone repeats a run. */

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const special = "-!$%^&*()_+|~=`{}[]:\";'<>?,./ ";
const alphabets = {
  a: letters,
  n: digits,
  an: digits + letters,
  anp: digits + letters + ' ',
  ans: digits + letters + special,
  text: digits + letters + special,
  ns: digits + special,
  z: digits + '=',
  b: '0123456789abcdef',
};

class Random {
  constructor(seed) {
    this.state = seed >>> 0 || 1;
  }

  /* xorshift32 */
  below(bound) {
    for (const shift of [13, -17, 5]) {
      this.state ^= shift > 0 ? this.state << shift : this.state >>> -shift;
      this.state >>>= 0;
    }
    return this.state % bound;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /* `length` characters of a kind; of kind b, bytes in hexadecimal. */
  text(kind, length) {
    const alphabet = alphabets[kind];
    let out = '';
    for (let i = 0; i < (kind === 'b' ? 2 * length : length); i++) {
      out += alphabet[this.below(alphabet.length)];
    }
    return out;
  }
}

module.exports = { Random };
