/* The part of a report in which one types: what the model of live.js says of the text, as it is typed. */
{
  const TERMS = 12; // words in the table
  const MISSING = 30;
  const MARKED = 5000; // pieces of the text that are drawn one by one
  /** @param {string} id @returns {HTMLElement} */
  const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @param {number} value */
  const fixed = (value) => value.toFixed(4).replace(/^-(0\.0000)$/, "$1");
  /** @param {number} value */
  const signed = (value) => (fixed(value).startsWith("-") ? "" : "+") + fixed(value);
  /** @param {number} value */
  const percent = (value) => {
    const text = `${(100 * value).toFixed(1)}%`;
    return text === "100.0%" && value < 1 ? ">99.9%" : text === "0.0%" && value > 0 ? "<0.1%" : text;
  };

  /** An element with a text, or with others in it.
   * @param {string} tag @param {string | Node[]} content @param {string} [kind] */
  function made(tag, content, kind = "") {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    element.append(...(typeof content === "string" ? [content] : content));
    return element;
  }

  /** A bar to one side, or from the middle to both.
   * @param {number} part @param {boolean} both */
  function bar(part, both) {
    const [svg, rect] = ["svg", "rect"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    const width = Math.min(Math.abs(part), 1) * (both ? 50 : 100);
    svg.setAttribute("class", both ? "bar both" : "bar one");
    svg.setAttribute("aria-hidden", "true");
    const left = both ? (part < 0 ? 50 - width : 50) : 0;
    const size = { class: part < 0 ? "against" : "for", x: `${left}%`, y: "1", width: `${width}%`, height: "8" };
    for (const [name, value] of Object.entries(size)) rect.setAttribute(name, value);
    svg.append(rect);
    return svg;
  }

  /** @param {string} name @param {string[]} cells @param {Node} drawn */
  function row(name, cells, drawn) {
    const head = made("th", [made("bdi", name)]);
    head.setAttribute("scope", "row");
    return made("tr", [head, ...cells.map((cell) => made("td", cell, "n")), made("td", [drawn])]);
  }

  /** Write a sum so that what is printed adds up: what rounding leaves is a term of its own.
   * @param {[number, string][]} terms @param {number} total */
  function sum(terms, total) {
    const left = Number(fixed(total)) - terms.reduce((all, [value]) => all + Number(fixed(value)), 0);
    const all = Math.abs(left) > 0.00004 ? [...terms, /** @type {[number, string]} */ ([left, "rounding"])] : terms;
    const parts = all.map(([value, name], i) => {
      const sign = fixed(value).startsWith("-") ? "− " : i ? "+ " : "";
      return made("span", [document.createTextNode(`${sign}${fixed(Math.abs(value))} `), made("bdi", name)]);
    });
    return ["score = ", ...parts.flatMap((part) => [part, " "]), made("span", `= ${fixed(total)}`, "result")];
  }

  /** @param {Prediction} found @param {number} chosen */
  function probability(found, chosen) {
    const { outputs } = found;
    const [own, others] = [outputs[chosen], outputs.map(({ score }) => score)];
    /** @param {number} score */
    const power = (score) => made("span", [document.createTextNode("e"), made("sup", fixed(score))]);
    const result = made("span", `= ${percent(own.probability)}`, "result");
    const alone = own.threshold !== null || (outputs.length === 2 && others[0] === -others[1]);
    if (alone) return ["p = 1 / (1 + ", power(-own.score), ") ", result];
    const all = outputs.flatMap(({ name, score }, i) => [i ? " + " : "", power(score), " ", made("bdi", name)]);
    return ["p = ", power(own.score), " / ( ", ...all, ") ", result];
  }

  /** @param {Prediction} found @param {number} chosen */
  const largest = (found, chosen) => found.tokens.reduce((most, token) => Math.max(most, Math.abs(token.shares[chosen])), 1e-12);

  /** @param {string} text @param {Prediction} found @param {number} chosen */
  function running(text, found, chosen) {
    const most = largest(found, chosen);
    /** @type {Node[]} */
    const pieces = [];
    let end = 0;
    for (const token of found.tokens) {
      if (token.start < end) continue;
      if (pieces.length > MARKED) break;
      const share = token.shares[chosen];
      const size = Math.min(Math.floor((Math.abs(share) / most) * 4) + 1, 4);
      const mark = made("mark", text.slice(token.start, token.end), Math.abs(share) > 1e-12 ? (share > 0 ? "p" : "n") + size : "u");
      mark.title = signed(share);
      pieces.push(document.createTextNode(text.slice(end, token.start)), mark);
      end = token.end;
    }
    return [...pieces, document.createTextNode(text.slice(end))];
  }

  /** @param {Prediction} found @param {number} chosen */
  function words(found, chosen) {
    const tokens = [...found.tokens].sort((a, b) => Math.abs(b.shares[chosen]) - Math.abs(a.shares[chosen]));
    const most = largest(found, chosen);
    return tokens.slice(0, TERMS).map(({ token, shares, by_vector: byVector, as_word: asWord }) => {
      const parts = [byVector[chosen], asWord[chosen], shares[chosen] - byVector[chosen] - asWord[chosen]];
      const cells = parts.map((part) => (Math.abs(part) > 1e-12 ? signed(part) : "–"));
      return row(token.slice(0, 40), [...cells, signed(shares[chosen])], bar(shares[chosen] / most, true));
    });
  }

  /** @param {string} text @param {Live} model */
  function write(text, model) {
    const found = model.predict(text);
    const ranked = [...found.outputs].sort((a, b) => b.probability - a.probability);
    const chosen = found.outputs.indexOf(ranked[0]);
    const { name, bias, score } = ranked[0];
    const total = (/** @type {number[]} */ shares) => shares.reduce((all, share) => all + share, 0);
    /** @type {[number, string][]} */
    const terms = [[bias, "bias"], [total(found.tokens.map((token) => token.by_vector[chosen])), "words by their vectors"]];
    const counted = total(found.tokens.map((token) => token.as_word[chosen]));
    if (counted) terms.push([counted, "words as counted"]);
    if (found.pairs.length) terms.push([total(found.pairs.map((pair) => pair.shares[chosen])), "pairs of words"]);
    const quiet = made("span", percent(ranked[0].probability), "quiet");
    at("live-verdict").replaceChildren(made("bdi", found.predicted.join(" + ") || "no class"), " ", quiet);
    at("live-running").replaceChildren(...running(text, found, chosen));
    at("live-score").replaceChildren(`For ${name}: `, ...sum(terms, score));
    at("live-probability").replaceChildren(...probability(found, chosen));
    const classes = ranked.slice(0, 20);
    at("live-classes").replaceChildren(...classes.map((one) => row(one.name, [fixed(one.score), percent(one.probability)], bar(one.probability, false))));
    at("live-words").replaceChildren(...words(found, chosen));
    const missing = [...new Set(found.missing)].slice(0, MISSING).map((word) => made("bdi", word));
    at("live-missing").replaceChildren(...(missing.length ? ["Not in this file by their vectors: ", ...missing.flatMap((word) => [word, " "])] : []));
  }

  load(JSON.parse(at("live").textContent ?? "")).then((model) => {
    const area = /** @type {HTMLTextAreaElement} */ (at("live-text"));
    const given = () => new URLSearchParams(location.hash.slice(1)).get("text");
    area.value = given() ?? "I love sunny days";
    area.addEventListener("input", () => {
      write(area.value, model);
      document.dispatchEvent(new CustomEvent("wordglass:text", { detail: area.value }));
    });
    addEventListener("hashchange", () => {
      area.value = given() ?? area.value;
      write(area.value, model);
    });
    at("live-page").hidden = false;
    write(area.value, model);
    at("live-page").dispatchEvent(new CustomEvent("wordglass:new", { bubbles: true }));
  });
}
