// What GitHub's own evaluator makes of expressions.
//
// Reads {contexts, expressions} from standard input. Writes for each expression {refused: why} where it is no
// expression, {failed: why} where its evaluation ends with an error, else {value}: [kind, content], a number's
// content being its text, an array's a list of such pairs, an object's a list of [name, pair].
import { text } from "node:stream/consumers";
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";

const { Kind } = data;

// What the library leaves to those who know how a run has gone, or the files of the checkout.
const ANY_NUMBER = 255;
const FUNCTIONS = [
  ["success", 0, ANY_NUMBER, true],
  ["failure", 0, ANY_NUMBER, false],
  ["cancelled", 0, 0, false],
  ["always", 0, 0, true],
].map(([name, minArgs, maxArgs, answer]) => ({ name, minArgs, maxArgs, call: () => new data.BooleanData(answer) }));

function encode(value) {
  switch (value.kind) {
    case Kind.Null:
      return ["null", null];
    case Kind.Boolean:
      return ["boolean", value.value];
    case Kind.Number:
      return ["number", String(value.value)];
    case Kind.String:
      return ["string", value.value];
    case Kind.Array:
      return ["array", value.values().map(encode)];
    default:
      return ["object", value.pairs().map(({ key, value: inner }) => [key, encode(inner)])];
  }
}

function answer(expression, contexts, names) {
  let tree;
  try {
    tree = new Parser(new Lexer(expression).lex().tokens, names, FUNCTIONS).parse();
  } catch (error) {
    return { refused: error.message };
  }
  if (tree === undefined) {
    return { refused: "empty" };
  }
  try {
    const functions = new Map(FUNCTIONS.map((each) => [each.name, each]));
    return { value: encode(new Evaluator(tree, contexts, functions).evaluate()) };
  } catch (error) {
    return { failed: error.message };
  }
}

const { contexts, expressions } = JSON.parse(await text(process.stdin));
const values = JSON.parse(JSON.stringify(contexts), data.reviver);
const answers = expressions.map((expression) => answer(expression, values, Object.keys(contexts)));
process.stdout.write(JSON.stringify(answers));
