// Reads a JSON list of Mermaid diagrams from standard input; prints what Mermaid says of each, null if it can read it.
// The packages are in the folder that NODE_PATH names.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { JSDOM } = createRequire(import.meta.url)("jsdom");
const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import(`${process.env.NODE_PATH}/mermaid/dist/mermaid.core.mjs`);
const told = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  told.push(await mermaid.parse(text).then(() => null, (error) => String(error).slice(0, 400)));
}
console.log(JSON.stringify(told));
