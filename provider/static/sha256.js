// SHA-256 (FIPS 180-4 §6.2) of an ASCII text, as base64url. Web Crypto is not there on plain http, as on a home
// network, and answers later; this answers at once. Old syntax, for every script engine.
(function () {
  var FIRST = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  ];

  function constants() {
    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes (§4.2.2).
    var found = [], candidate = 2, divisor, isPrime, root;
    while (found.length < 64) {
      isPrime = true;
      for (divisor = 2; divisor * divisor <= candidate; divisor += 1) {
        isPrime = isPrime && candidate % divisor !== 0;
      }
      if (isPrime) {
        root = Math.pow(candidate, 1 / 3);
        found.push(((root - Math.floor(root)) * 0x100000000) | 0);
      }
      candidate += 1;
    }
    return found;
  }

  var K = constants();

  function right(word, bits) {
    return (word >>> bits) | (word << (32 - bits));
  }

  function padded(text) {
    var words = [], length = text.length, blocks = ((length + 8) >> 6) + 1, i;
    for (i = 0; i < blocks * 16; i += 1) {
      words[i] = 0;
    }
    for (i = 0; i < length; i += 1) {
      words[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
    }
    words[length >> 2] |= 0x80 << (24 - (length % 4) * 8);
    words[blocks * 16 - 1] = length * 8;
    return words;
  }

  function compress(state, block) {
    var w = block.slice(0), s = state.slice(0), t, a, b, first, second;
    for (t = 16; t < 64; t += 1) {
      a = right(w[t - 15], 7) ^ right(w[t - 15], 18) ^ (w[t - 15] >>> 3);
      b = right(w[t - 2], 17) ^ right(w[t - 2], 19) ^ (w[t - 2] >>> 10);
      w[t] = (w[t - 16] + a + w[t - 7] + b) | 0;
    }
    for (t = 0; t < 64; t += 1) {
      a = right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25);
      first = (s[7] + a + ((s[4] & s[5]) ^ (~s[4] & s[6])) + K[t] + w[t]) | 0;
      b = right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22);
      second = (b + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]))) | 0;
      s = [(first + second) | 0, s[0], s[1], s[2], (s[3] + first) | 0, s[4], s[5], s[6]];
    }
    for (t = 0; t < 8; t += 1) {
      s[t] = (s[t] + state[t]) | 0;
    }
    return s;
  }

  window.sha256 = function (text) {
    var words = padded(text), state = FIRST, bytes = "", i;
    for (i = 0; i < words.length; i += 16) {
      state = compress(state, words.slice(i, i + 16));
    }
    for (i = 0; i < 32; i += 1) {
      bytes += String.fromCharCode((state[i >> 2] >>> (24 - (i % 4) * 8)) & 255);
    }
    return btoa(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
})();
