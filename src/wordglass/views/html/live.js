// The model of a report, in the reader's browser: it classifies and explains a text as the library does.
//
//   <script type="application/json" id="live">PAYLOAD of wordglass.views.html.live.live_payload</script>
//   const model = await load(JSON.parse(document.getElementById("live").textContent));
//   const { tokens, pairs, outputs, predicted, missing } = model.predict("a text");
//
// What `predict` gives has the names of a prediction's trace, but offsets are places in the JavaScript string,
// so that text.slice(start, end) is the token as it was written. Rules: wordglass.tokens, its plain-Python twin.

/** @typedef {{case: string, contractions: string, unspaced: string, ladder: string[]}} Settings */
/** @typedef {{texts: number, df: string, steps: string, exponents: string}} PackedCounts */
/**
 * @typedef {object} Payload
 * @property {string} format
 * @property {number} version
 * @property {string[]} classes
 * @property {"softmax" | "sigmoid"} loss
 * @property {boolean} multi_label
 * @property {number[] | null} thresholds
 * @property {number[]} bias one number an output
 * @property {Settings} settings
 * @property {Record<string, string>} title capitals that toUpperCase does not make
 * @property {Record<string, string>} fold and folded letters
 * @property {string} kinds
 * @property {{names: string, both: number, vectors: number}} words
 * @property {{steps: string, scales: string}} table
 * @property {(PackedCounts & {pairs: string}) | null} lexical
 * @property {(PackedCounts & {buckets: string}) | null} characters
 * @property {Record<string, {kept: number, of: number}>} kept
 * @property {{texts: number, same: number} | null} agreement
 */
/** @typedef {{text: string, start: number, end: number}} Span */
/**
 * @typedef {object} Token
 * @property {string} token as it is looked up
 * @property {number} start where it stands in the string
 * @property {number} end
 * @property {boolean} known whether its vector's scores are here
 * @property {string | null} word the form in which it was found
 * @property {boolean} counted whether it, or an n-gram of it, is counted
 * @property {number[]} shares its part of each score: the two below and half of each of its pairs
 * @property {number[]} by_vector
 * @property {number[]} as_word
 */
/** @typedef {{first: number, pair: string, shares: number[]}} Pair */
/** @typedef {{name: string, bias: number, score: number, probability: number, threshold: number | null}} Output */
/**
 * @typedef {object} Prediction
 * @property {Token[]} tokens
 * @property {Pair[]} pairs
 * @property {Output[]} outputs
 * @property {number} known
 * @property {string[]} predicted
 * @property {string[]} missing words whose vectors' scores are not here
 */
/** @typedef {{payload: Payload, complete: boolean, predict: (text: string) => Prediction}} Live */

const [SPACE, LETTER, DIGIT, SYMBOL, IDEOGRAPH, IGNORED, MARK, SYLLABLE] = Array(8).keys();
const LONGEST = 30; // characters of a word that is looked for where no spaces are written
const LONGEST_OTHER = 100; // and of one that other forms are made of
const ROWS = 128; // of the table that share their scales
const BUCKETS = 1 << 18;
const SHORTEST_NGRAM = 3;
const LONGEST_NGRAM = 5;
const ENCODER = new TextEncoder();
const SUFFIXES = ["s", "m", "d", "ll", "re", "ve"];

/**
 * The model of a payload.
 * @param {Payload} payload
 * @returns {Promise<Live>}
 */
export async function load(payload) {
  if (payload.format !== "wordglass-live" || payload.version !== 1) {
    throw new Error("not a model that this page can read");
  }
  const { settings, classes, bias } = payload;
  const outputs = bias.length;
  const kinds = kindsOf(varints(await inflate(payload.kinds)));
  const names = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await inflate(payload.words.names)).split("\n");
  const { both, vectors } = payload.words;
  /** @type {Map<string, number>} */
  const index = new Map(names.map((name, i) => [name, i]));
  const steps = new Int8Array((await inflate(payload.table.steps)).buffer);
  const scales = new Float32Array((await inflate(payload.table.scales)).buffer);
  const lexical = payload.lexical && (await countsOf(payload.lexical, outputs));
  const counted = both + names.length - vectors; // words
  const pairKeys = payload.lexical ? keysOf(varints(await inflate(payload.lexical.pairs)), counted) : [];
  const characters = payload.characters && (await countsOf(payload.characters, outputs));
  const buckets = new Int32Array(BUCKETS).fill(-1);
  if (payload.characters) {
    sums(varints(await inflate(payload.characters.buckets))).forEach((bucket, i) => (buckets[bucket] = i));
  }

  /** @param {string} word */
  const rowOf = (word) => {
    const i = index.get(word);
    return i !== undefined && i < vectors ? i : -1;
  };
  /** @param {string} word */
  const countedOf = (word) => {
    const i = index.get(word);
    return i === undefined ? -1 : i < both ? i : i < vectors ? -1 : i - vectors + both;
  };

  /** @param {string} text @returns {Prediction} */
  function predict(text) {
    const found = tokenise(text, settings, kinds, (word) => rowOf(word) >= 0);
    const rows = found.map(({ text: token }) => {
      const row = rowOf(token);
      return row < 0 ? forms(token, payload).map(rowOf).find((other) => other >= 0) ?? -1 : row;
    });
    const known = rows.filter((row) => row >= 0).length;
    const byVector = rows.map((row) =>
      bias.map((_, k) => {
        if (row < 0) return 0;
        const scale = scales[Math.floor(row / ROWS) * outputs + k];
        return Math.fround(steps[row * outputs + k] * scale) / known;
      }),
    );

    const words = found.map(({ text: token }) => countedOf(token));
    const pairs = words.map((first, i) => {
      const second = words[i + 1] ?? -1;
      return first < 0 || second < 0 ? -1 : placeOf(pairKeys, first * counted + second);
    });
    const pairFeatures = pairs.map((pair) => (pair < 0 ? -1 : counted + pair));
    const ngrams = found.map(({ text: token }) => (characters ? ngramsOf(token, buckets) : []));
    const ofWords = lexical ? partsOf(lexical, [...words, ...pairFeatures]) : () => bias.map(() => 0);
    const ofNgrams = characters ? partsOf(characters, ngrams.flat()) : () => bias.map(() => 0);
    const asWord = words.map((word, i) => {
      const parts = [ofWords(word), ...ngrams[i].map(ofNgrams)];
      return bias.map((_, k) => parts.reduce((sum, part) => sum + part[k], 0));
    });
    const asPair = pairFeatures.map(ofWords);
    const shares = found.map((_, i) =>
      bias.map((_, k) => byVector[i][k] + asWord[i][k] + (asPair[i][k] + (i ? asPair[i - 1][k] : 0)) / 2),
    );

    const scores = bias.map((b, k) => b + shares.reduce((sum, share) => sum + share[k], 0));
    const probabilities = probabilitiesOf(scores, payload);
    const of = byClass(scores, classes.length);
    const biases = byClass(bias, classes.length);
    const thresholds = classes.map((_, k) => (payload.multi_label ? payload.thresholds?.[k] ?? 0.5 : null));
    return {
      tokens: found.map(({ text: token, start, end }, i) => ({
        token,
        start,
        end,
        known: rows[i] >= 0,
        word: rows[i] < 0 ? null : names[rows[i]],
        counted: words[i] >= 0 || ngrams[i].length > 0,
        shares: byClass(shares[i], classes.length),
        by_vector: byClass(byVector[i], classes.length),
        as_word: byClass(asWord[i], classes.length),
      })),
      pairs: pairs.flatMap((pair, i) => {
        const shown = { first: i, pair: `${found[i].text} ${found[i + 1]?.text}` };
        return pair < 0 ? [] : [{ ...shown, shares: byClass(asPair[i], classes.length) }];
      }),
      outputs: classes.map((name, k) => ({
        name,
        bias: biases[k],
        score: of[k],
        probability: probabilities[k],
        threshold: thresholds[k],
      })),
      known,
      predicted: payload.multi_label
        ? classes.filter((_, k) => probabilities[k] >= (thresholds[k] ?? 0.5))
        : [classes[probabilities.indexOf(Math.max(...probabilities))]],
      missing: [...new Set(found.filter((_, i) => rows[i] < 0 && payload.kept.words).map(({ text: token }) => token))],
    };
  }

  const complete = Object.values(payload.kept).every(({ kept, of }) => kept === of);
  return { payload, complete, predict };
}

/**
 * One number a class: of two classes that share one output, the first has it negated.
 * @param {number[]} values
 * @param {number} classes
 */
function byClass(values, classes) {
  return values.length === 1 && classes === 2 ? [-values[0], values[0]] : values;
}

/**
 * @param {number[]} scores
 * @param {Payload} payload
 */
function probabilitiesOf(scores, { loss, classes }) {
  if (loss === "sigmoid") {
    return byClass(scores, classes.length).map((score) => {
      const e = Math.exp(-Math.abs(score));
      return (score >= 0 ? 1 : e) / (1 + e);
    });
  }
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

// ---- What is counted

/** @typedef {{idf: number[], steps: Int8Array, exponents: Int8Array, outputs: number}} Counts */

/**
 * @param {PackedCounts} packed
 * @param {number} outputs
 * @returns {Promise<Counts>}
 */
async function countsOf(packed, outputs) {
  const df = varints(await inflate(packed.df));
  return {
    idf: df.map((having) => 1 + Math.log((1 + packed.texts) / (1 + having))),
    steps: new Int8Array((await inflate(packed.steps)).buffer),
    exponents: new Int8Array((await inflate(packed.exponents)).buffer),
    outputs,
  };
}

/**
 * What one occurrence of a feature adds to each output, by sublinear TF-IDF of length 1; nothing for -1.
 * @param {Counts} counts
 * @param {number[]} occurring the features of a text, each as often as it occurs
 * @returns {(feature: number) => number[]}
 */
function partsOf({ idf, steps, exponents, outputs }, occurring) {
  /** @type {Map<number, number>} */
  const times = new Map();
  for (const feature of occurring) if (feature >= 0) times.set(feature, (times.get(feature) ?? 0) + 1);
  let squares = 0;
  /** @param {number} feature @param {number} n */
  const value = (feature, n) => (1 + Math.log(n)) * idf[feature];
  for (const [feature, n] of times) squares += value(feature, n) ** 2;
  /** @type {Map<number, number[]>} */
  const parts = new Map([[-1, Array(outputs).fill(0)]]);
  for (const [feature, n] of times) {
    const one = (value(feature, n) / Math.sqrt(squares) / n) * 2 ** exponents[feature];
    parts.set(feature, Array.from({ length: outputs }, (_, k) => one * steps[feature * outputs + k]));
  }
  return (feature) => /** @type {number[]} */ (parts.get(feature));
}

/**
 * The counted n-grams of a token with a space before and after it, as often as it has them.
 * @param {string} token
 * @param {Int32Array} buckets
 */
function ngramsOf(token, buckets) {
  const chars = Array.from(` ${token} `, (char) => ENCODER.encode(char));
  const found = [];
  for (let at = 0; at < chars.length; at++) {
    let hash = 2166136261; // FNV-1a of 32 bits, whose bytes count as signed
    for (let n = 1; n <= LONGEST_NGRAM && at + n <= chars.length; n++) {
      for (const byte of chars[at + n - 1]) hash = Math.imul(hash ^ ((byte << 24) >> 24), 16777619);
      const feature = buckets[(hash >>> 0) % BUCKETS];
      if (n >= SHORTEST_NGRAM && feature >= 0) found.push(feature);
    }
  }
  return found;
}

// ---- Other forms of a word: see wordglass.vectors.ladder

/**
 * @param {string} word
 * @param {Payload} payload
 */
function forms(word, { settings, title, fold }) {
  const tried = [word];
  if ([...word].length > LONGEST_OTHER) return [];
  for (const rung of settings.ladder) {
    for (const form of tried.map((each) => formOf(each, rung, title, fold))) {
      if (form && !tried.includes(form)) tried.push(form);
    }
  }
  return tried.slice(1);
}

/**
 * @param {string} word
 * @param {string} rung
 * @param {Record<string, string>} title
 * @param {Record<string, string>} fold
 */
function formOf(word, rung, title, fold) {
  const low = word.toLowerCase();
  const [first] = word;
  switch (rung) {
    case "lower":
      return low.length > 1 && low.endsWith("σ") ? `${low.slice(0, -1)}ς` : low;
    case "title":
      return (title[first] ?? first.toUpperCase()) + low.slice(first.toLowerCase().length);
    case "upper":
      return word.toUpperCase();
    case "nfkc":
      return word.normalize("NFKC");
    case "fold":
      return Array.from(word, (c) => fold[c] ?? c.toLowerCase().toUpperCase().toLowerCase()).join("");
    case "digits":
      return (word.match(/\p{Nd}/gu) ?? []).length < 2 ? word : word.replace(/\p{Nd}/gu, "#");
    case "marks":
      return /^[\0-\x7f]*$/.test(word)
        ? word
        : word.normalize("NFD").replace(OPTIONAL, "").normalize("NFC");
    default:
      throw new Error(`no form of words is called ${rung}`);
  }
}

const OPTIONAL = // marks over letters of Europe and the Near East, or of none in particular, and the tatweel
  /\u0640|(?!\u034f)[\0-\u06ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff](?<=\p{Mn})/gu;

// ---- The tokeniser: see wordglass.tokens

/** @typedef {{kind: number, form: string, letter: boolean, unspaced: boolean, inWord: boolean, at: number}} Char */

/**
 * @param {string} text
 * @param {Settings} settings
 * @param {Uint8Array} kinds of all code points
 * @param {(word: string) => boolean} known
 * @returns {Span[]}
 */
export function tokenise(text, settings, kinds, known) {
  let at = 0;
  const chars = Array.from(text, (char) => {
    at += char.length;
    return charOf(char, settings.case === "lower", kinds, at - char.length);
  });
  const past = { kind: SPACE, form: " ", letter: false, unspaced: false, inWord: false, at };
  /** @param {number} i */
  const char = (i) => chars[i] ?? past;
  /** @param {number} from @param {number} to */
  const written = (from, to) => chars.slice(from, to).reduce((word, { form }) => word + form, "");
  /** @param {number} i */
  const wordEnd = (i) => {
    while (char(i).inWord) i++;
    return i;
  };
  /** @param {number} i */
  const isApostrophe = (i) => char(i).form === "'" || char(i).form === "’";
  /** @param {number} i */
  const isPointOrComma = (i) => char(i).form === "." || char(i).form === ",";
  /** The letters from `i` to the end of the word where they are one or two of ASCII, else nothing. */
  /** @param {number} i */
  const suffixAt = (i) => {
    const suffix = written(i, Math.min(wordEnd(i), i + 3));
    return /^[\0-\x7f]{0,2}$/.test(suffix) ? suffix : "";
  };
  /** @param {string} suffix */
  const isSuffix = (suffix) => SUFFIXES.includes(suffix.toLowerCase());

  /** @param {number} i @returns {[string, number]} */
  function unspacedAt(i) {
    let least = i + 1;
    let most = i + 1;
    while (chars[i].kind === SYLLABLE && char(least).kind === MARK) least++;
    while (most < i + LONGEST && (char(most).unspaced || char(most).kind === MARK)) most++;
    for (let end = most; settings.unspaced === "words" && end > least; end--) {
      if (char(end).kind !== MARK && known(written(i, end))) return [written(i, end), end];
    }
    return [written(i, least), least];
  }

  /** @param {number} i @returns {[string, number]} */
  function symbolAt(i) {
    const symbol = chars[i].form;
    let end = i + 1;
    if (symbol === "." || symbol === "-") {
      while (char(end).form === symbol) end++;
      if (end > i + 1) return [symbol === "." ? "..." : "--", end];
    }
    if (isApostrophe(i) && settings.contractions === "penn") {
      const suffix = suffixAt(end);
      if (isSuffix(suffix)) return [`'${suffix}`, end + suffix.length];
    }
    return [symbol, end];
  }

  /** @param {number} from @returns {[string, number]} */
  function wordAt(from) {
    let i = from;
    let word = "";
    let digits = true;
    const places = []; // of the letters and digits
    for (; char(i).inWord || char(i).kind === IGNORED; i++) {
      if (!chars[i].inWord) continue;
      word += chars[i].form;
      digits &&= chars[i].kind === DIGIT;
      places.push(i);
    }
    const end = places[places.length - 1] + 1;
    const single = places.length === 1 && chars[from].letter;
    if (isPointOrComma(i) && digits) return numberFrom(word, end, i);
    if (char(i).form === "." && single) return abbreviationFrom(word, end, i);
    if (isApostrophe(i) && settings.contractions === "penn") {
      const suffix = suffixAt(i + 1);
      if (/^t$/i.test(suffix) && /n$/i.test(word)) {
        const whole = places.length === 1;
        return whole ? [`${word}'${suffix}`, i + 2] : [word.slice(0, -1), places[places.length - 2] + 1];
      }
      if (single && !isSuffix(suffix) && char(i + 1).letter) return joinedFrom(word, i);
    } else if (isApostrophe(i) && char(i + 1).inWord) {
      if (settings.contractions === "elision") return [`${word}'`, i + 1];
      while (isApostrophe(i) && char(i + 1).inWord) [word, i] = joinedFrom(word, i);
      return [word, i];
    }
    return [word, end];
  }

  /** @param {string} word @param {number} i @returns {[string, number]} */
  function joinedFrom(word, i) {
    const end = wordEnd(i + 1);
    return [`${word}'${written(i + 1, end)}`, end];
  }

  /** @param {string} word @param {number} end @param {number} i @returns {[string, number]} */
  function numberFrom(word, end, i) {
    while (isPointOrComma(i) && char(i + 1).kind === DIGIT) {
      word += chars[i++].form;
      while (char(i).kind === DIGIT) word += chars[i++].form;
      end = i;
    }
    return [word, end];
  }

  /** @param {string} word @param {number} end @param {number} i @returns {[string, number]} */
  function abbreviationFrom(word, end, i) {
    while (char(i + 1).letter && char(i + 2).form === ".") {
      word += `.${chars[i + 1].form}`;
      i += 2;
    }
    return word.includes(".") ? [`${word}.`, i + 1] : [word, end];
  }

  const tokens = [];
  for (let i = 0; i < chars.length; ) {
    const { kind, unspaced } = chars[i];
    if (kind === SPACE || kind === IGNORED) {
      i++;
      continue;
    }
    const [word, end] = unspaced ? unspacedAt(i) : kind === SYMBOL ? symbolAt(i) : wordAt(i);
    tokens.push({ text: word, start: chars[i].at, end: char(end).at });
    i = end;
  }
  return tokens;
}

/**
 * Letters that are newer than the tokeniser's table of Unicode are symbols to it, and stay as they are.
 * @param {string} char
 * @param {boolean} lower
 * @param {Uint8Array} kinds
 * @param {number} at
 * @returns {Char}
 */
function charOf(char, lower, kinds, at) {
  const code = /** @type {number} */ (char.codePointAt(0));
  const kind = kinds[code];
  const letter = kind === LETTER || kind === MARK;
  const cased = kind === LETTER || (code >= 0x24b6 && code <= 0x24cf); // letters in circles
  return {
    kind,
    form: lower && cased ? String.fromCodePoint(/** @type {number} */ (char.toLowerCase().codePointAt(0))) : char,
    letter,
    unspaced: kind === IDEOGRAPH || kind === SYLLABLE,
    inWord: letter || kind === DIGIT,
    at,
  };
}

/**
 * The kind of each code point, from how many in a row are of which.
 * @param {number[]} runs
 */
function kindsOf(runs) {
  const kinds = new Uint8Array(0x110000);
  for (let i = 0, at = 0; i < runs.length; i += 2) kinds.fill(runs[i + 1], at, (at += runs[i]));
  return kinds;
}

// ---- Unpacking

/** @param {string} packed */
async function inflate(packed) {
  const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Numbers from bytes of seven bits each, the lowest first.
 * @param {Uint8Array} bytes
 */
function varints(bytes) {
  const numbers = [];
  for (let i = 0; i < bytes.length; i++) {
    let number = bytes[i] & 127;
    for (let bits = 128; bytes[i] > 127; bits *= 128) number += (bytes[++i] & 127) * bits;
    numbers.push(number);
  }
  return numbers;
}

/** @param {number[]} steps */
function sums(steps) {
  let sum = 0;
  return steps.map((step) => (sum += step));
}

/**
 * Pairs of words as single numbers, rising, from the steps between them.
 * @param {number[]} steps
 * @param {number} words
 */
function keysOf(steps, words) {
  let first = 0;
  let second = 0;
  return Array.from({ length: steps.length / 2 }, (_, i) => {
    second = steps[2 * i + 1] + (steps[2 * i] ? 0 : second);
    first += steps[2 * i];
    return first * words + second;
  });
}

/**
 * Where a number stands among rising ones, -1 where it does not.
 * @param {number[]} rising
 * @param {number} wanted
 */
function placeOf(rising, wanted) {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return rising[low] === wanted ? low : -1;
}
