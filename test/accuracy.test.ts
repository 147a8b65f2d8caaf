import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { scoreEdges, Truth } from "../scripts/lib/accuracy/truth.ts";
import { ROOT } from "./support/places.ts";

describe("the scorer", () => {
  const truth = new Truth("commander");
  const edges = [...truth.edges].map((edge) => edge.split("\t"));

  test("finds the truth itself right and whole", () => {
    expect(scoreEdges(truth, edges)).toMatchObject({
      precision: 1,
      recall: 1,
      wrong: 0,
      misses: 0,
    });
  });

  test("counts what is missing and what is wrong", () => {
    const [first = [], ...rest] = edges;
    const [a = "", b = "", c = "", d = "", e = "", f = ""] = first;
    // Some function that nothing in the truth says `first`'s caller calls.
    const other = [...truth.functions]
      .map((fn) => fn.split("\t"))
      .find(
        ([, , name]) => !edges.some(([, , caller, , , callee]) => caller === c && callee === name),
      );
    const wrong = [a, b, c, ...(other ?? [])];
    const score = scoreEdges(truth, [...rest, wrong]);
    expect(score).toMatchObject({ wrong: 1, misses: 1 });
    expect(score.precision).toBeCloseTo((edges.length - 1) / edges.length, 6);
    // Three lines off is still the function; four are not.
    expect(scoreEdges(truth, [[a, String(Number(b) + 3), c, d, e, `#${f}`]]).right).toBe(1);
    expect(scoreEdges(truth, [[a, String(Number(b) + 400), c, d, e, f]]).right).toBe(0);
  });
});

test("the answers are as right as the committed floors demand", async () => {
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    [join(ROOT, "scripts", "run.mjs"), "accuracy", "--check"],
    { cwd: ROOT, reject: false },
  );
  expect(stderr).not.toContain("less right");
  expect(exitCode, stderr).toBe(0);
  // Sets of registries whose client this machine does not have are named on stderr; these are always there.
  for (const language of ["javascript", "typescript", "rust", "c", "cpp"])
    expect(stdout).toContain(`| ${language} |`);
});
