/** Talk goes to stderr: stdout belongs to data. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** A failure whose message is for people: what happened, why, what to do. */
export class Trouble extends Error {
  override readonly name = "Trouble";

  constructor(what: string, ...more: readonly string[]) {
    super([what, ...more].join("\n  "));
  }
}
