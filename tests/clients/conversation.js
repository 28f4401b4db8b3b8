// How a script and its test talk: a question is one line of JSON on the standard output, its answer one on the input;
// the last line says what the script learnt.

import { createInterface } from "node:readline";

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Ask the test; resolves to its answer. */
export async function ask(kind, value) {
  console.log(JSON.stringify({ ask: kind, value }));
  const { value: line } = await answers.next();
  return JSON.parse(line);
}

/** Say what the script learnt. */
export function tell(learnt) {
  console.log(JSON.stringify({ learnt }));
}
