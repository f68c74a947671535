// What GitHub's own parser says about workflow files, and how its YAML reader reads them.
//
// Reads [{name, content}] from standard input, writes [{errors, tree}]. In a tree a mapping is {mapping: [[key,
// value]]}, a list {list: [...]}, a number {number: text}; a text, boolean or null is itself. Where the text is not
// YAML there is no tree.
import { text } from "node:stream/consumers";
import { isAlias, isMap, isSeq, parseDocument } from "yaml";
import { readWorkflow } from "./github_parser.mjs";

function plain(node, document) {
  if (node === null || node === undefined) {
    return null;
  }
  if (isAlias(node)) {
    return plain(node.resolve(document), document);
  }
  if (isMap(node)) {
    return { mapping: node.items.map(({ key, value }) => [key?.source ?? "", plain(value, document)]) };
  }
  if (isSeq(node)) {
    return { list: node.items.map((item) => plain(item, document)) };
  }
  return typeof node.value === "number" ? { number: String(node.value) } : node.value;
}

async function read(file) {
  const document = parseDocument(file.content, { uniqueKeys: false });
  const { errors } = await readWorkflow(file);
  return document.errors.length > 0 ? { errors } : { errors, tree: plain(document.contents, document) };
}

const files = JSON.parse(await text(process.stdin));
const all = [];
for (const file of files) {
  all.push(await read(file));
}
process.stdout.write(JSON.stringify(all));
