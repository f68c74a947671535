// Which jobs of a workflow run, decided by GitHub's own parser and expression evaluator.
//
// Reads {file: {name, content}, runs: [{github, jobs: {JOB: {result, outputs}}}]} from standard input, where
// `jobs` says how a job ends that runs (default: in success, without outputs). Writes {errors, runs}: for each
// run, JOB -> {result, environment}; a job with a matrix has {result, matrix: [{...entry, environment}]} instead.
import { text } from "node:stream/consumers";
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";
import { readWorkflow } from "./github_parser.mjs";

const CONTEXTS = ["github", "needs", "vars", "inputs", "strategy", "matrix"];
const LARGEST_MATRIX = 256;
const STATUS = ["success", "failure", "cancelled", "always"];

// How a run has gone for the jobs that a job waits for, near and far.
function statusFunctions(results) {
  const say = (name, answer) => [name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) }];
  return new Map([
    say("success", results.every((result) => result === "success")),
    say("failure", results.some((result) => result === "failure")),
    say("cancelled", false),
    say("always", true),
  ]);
}

function evaluate(expression, contexts, functions) {
  const { tokens } = new Lexer(expression).lex();
  const known = STATUS.map((name) => ({ name, minArgs: 0, maxArgs: 0 }));
  const tree = new Parser(tokens, CONTEXTS, known).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(tree, values, functions).evaluate();
}

function scalar(token, contexts) {
  if (token === undefined) {
    return "";
  }
  return token.expression === undefined ? token.value : evaluate(token.expression, contexts).coerceString();
}

// The name of the environment that a job declares, which it may do in two ways.
function environmentName(token, contexts) {
  if (token === undefined || token.expression !== undefined || token.value !== undefined) {
    return scalar(token, contexts);
  }
  return scalar(child(token, "name"), contexts);
}

function child(token, name) {
  for (let place = 0; place < token.count; place += 1) {
    const { key, value } = token.get(place);
    if (key.value === name) {
      return value;
    }
  }
  return undefined;
}

// The jobs that a matrix of `include` entries makes. GitHub reads it only for a job whose `if` holds, and one
// that is no JSON, or has no entries or too many, fails the run.
function entries(job, contexts) {
  const expression = child(job.strategy, "matrix").expression;
  let matrix;
  try {
    matrix = JSON.parse(JSON.stringify(evaluate(expression, contexts), data.replacer));
  } catch {
    return [];
  }
  const include = matrix?.include ?? [];
  return include.length > LARGEST_MATRIX ? [] : include;
}

function expanded(job, contexts) {
  const matrix = entries(job, contexts).map((entry) => ({
    ...entry,
    environment: environmentName(job.environment, { ...contexts, matrix: entry }),
  }));
  return matrix.length > 0 ? { matrix } : { result: "failure", matrix };
}

function ancestors(job, jobs) {
  const found = new Set();
  const visit = (each) => {
    for (const need of (each.needs ?? []).map((token) => token.value)) {
      if (!found.has(need)) {
        found.add(need);
        visit(jobs.find((other) => other.id.value === need));
      }
    }
  };
  visit(job);
  return [...found];
}

function inOrder(jobs) {
  return [...jobs].sort((one, other) => ancestors(one, jobs).length - ancestors(other, jobs).length);
}

function play(jobs, { github, jobs: endings }) {
  const done = {};
  for (const job of inOrder(jobs)) {
    const needs = Object.fromEntries((job.needs ?? []).map(({ value }) => [value, done[value]]));
    const contexts = { github, needs, vars: {}, inputs: {}, strategy: {}, matrix: {} };
    const functions = statusFunctions(ancestors(job, jobs).map((name) => done[name].result));
    // The parser has put `success() &&` in front where no status function is asked.
    const runs = evaluate(`!(${job.if.expression})`, contexts, functions).value === false;
    const ending = { result: "success", outputs: {}, ...(endings[job.id.value] ?? {}) };
    if (!runs) {
      done[job.id.value] = { result: "skipped", outputs: {}, environment: "" };
    } else if (job.strategy === undefined) {
      done[job.id.value] = { ...ending, environment: environmentName(job.environment, contexts) };
    } else {
      done[job.id.value] = { ...ending, ...expanded(job, contexts) };
    }
  }
  return done;
}

const { file, runs } = JSON.parse(await text(process.stdin));
const { errors, jobs } = await readWorkflow(file);
const result = { errors, runs: errors.length > 0 ? [] : runs.map((run) => play(jobs, run)) };
process.stdout.write(JSON.stringify(result));
