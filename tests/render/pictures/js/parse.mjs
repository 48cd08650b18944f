// Reads a JSON list of Mermaid diagrams from standard input; prints what Mermaid says of each, null if it can read it.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
const told = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  told.push(await mermaid.parse(text).then(() => null, (error) => String(error).slice(0, 400)));
}
console.log(JSON.stringify(told));
