// GitHub's own workflow parser, with the hook it needs in place before it is imported.
import { register } from "node:module";

register("./json_imports.mjs", import.meta.url);

const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await import("@actions/workflow-parser");
const { parseAction, convertActionTemplate } = await import("@actions/workflow-parser/actions/index");

// Returns { errors, jobs }: every error with its place, and the jobs as GitHub understands them.
export async function readWorkflow(file) {
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  const template = value === undefined ? {} : await convertWorkflowTemplate(context, value);
  return { errors: context.errors.getErrors().map((error) => error.message), jobs: template.jobs ?? [] };
}

// Returns { errors } for an action.yml.
export function readAction(file) {
  const { context, value } = parseAction(file, new NoOperationTraceWriter());
  if (value !== undefined) {
    convertActionTemplate(context, value);
  }
  return { errors: context.errors.getErrors().map((error) => error.message) };
}
