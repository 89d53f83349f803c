// Texts, as JSON from standard input, through the script of a page: what it answers, as JSON.
//   node live_answers.mjs live.js payload.json < texts.json
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [script, payload] = process.argv.slice(2);
const { load } = await import(pathToFileURL(script).href);
const model = await load(JSON.parse(readFileSync(payload, "utf-8")));
const texts = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(texts.map((text) => model.predict(text))));
