import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VERSION } from "../packages/parseltongue/src/identity.ts";
import { readArchive, writeTarball, writeZip } from "../scripts/lib/distribution/archives.ts";
import { assemble, stampsOf } from "../scripts/lib/distribution/assemble.ts";
import {
  type Layer,
  readDistribution,
  runChecks,
  writeFixture,
} from "../scripts/lib/distribution/checks.ts";
import { checksumText, parseChecksums } from "../scripts/lib/distribution/checksums.ts";
import { describeDifference } from "../scripts/lib/distribution/difference.ts";
import { describe as describeFile, filesBelow } from "../scripts/lib/distribution/files.ts";
import { platformSbom, sbomProblem } from "../scripts/lib/distribution/sbom.ts";
import { hostTarget } from "../scripts/lib/host.ts";
import { temporaryFolder } from "./support/places.ts";

const host = hostTarget();
let distribution: string;
const lines: string[] = [];
/** Of a settled source: whoever works while the tests run changes what git says. */
const source = { commit: "0".repeat(40), changes: [], epoch: 1_700_000_000 };
const assembled = () =>
  assemble([host], distribution, {
    local: true,
    measure: false,
    source,
    show: (line) => lines.push(line),
  });

beforeAll(async () => {
  distribution = realpathSync(mkdtempSync(join(tmpdir(), "parseltongue-distribution-")));
  await assembled();
});
afterAll(() => rmSync(distribution, { recursive: true, force: true }));

describe("a distribution", () => {
  test("has the structure that the specification gives it", () => {
    const files = filesBelow(distribution);
    for (const file of [
      "binaries/parseltongue",
      "copy-paste-ready/pt",
      "copy-paste-ready/onboard_codebase.sh",
      "copy-paste-ready/feature_impact.sh",
      "copy-paste-ready/debug_entity.sh",
      "copy-paste-ready/generate_llm_context.sh",
      "copy-paste-ready/codebase_analysis.md",
      "PACKAGE_MANIFEST.md",
      "SHA256SUMS",
      "sbom.cdx.json",
      `archives/parseltongue-${VERSION}-${host.name}.tar.gz`,
      `npm/parseltongue-${VERSION}.tgz`,
    ])
      expect(files).toContain(file);
    expect(files.filter((file) => /^binaries\/parseltongue_\d{8}T\d{6}Z$/.test(file))).toHaveLength(
      1,
    );
    execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], {
      cwd: distribution,
    });
  });

  test("names and times every step, and makes nothing again that is unchanged", async () => {
    expect(lines.filter((line) => /^\[\d\/9\] .* \d+\.\d s {2}/.test(line))).toHaveLength(9);
    lines.length = 0;
    const before = filesBelow(distribution).map(
      (path) => statSync(join(distribution, path)).mtimeMs,
    );
    await assembled();
    expect(lines.filter((line) => line.includes("unchanged:"))).toHaveLength(6);
    const files = filesBelow(distribution);
    for (const [index, path] of files.entries())
      if (!/MANIFEST|SHA256/.test(path))
        expect(statSync(join(distribution, path)).mtimeMs).toBe(before[index]);
  });

  test("is made anew where somebody has changed a file, and does not touch files of others", async () => {
    const good = readFileSync(join(distribution, "SHA256SUMS"), "utf8");
    appendFileSync(join(distribution, "copy-paste-ready", "pt"), "# changed\n");
    await assembled();
    expect(readFileSync(join(distribution, "SHA256SUMS"), "utf8")).toBe(good);
    const stranger = join(distribution, "notes.txt");
    writeFileSync(stranger, "mine");
    await expect(assembled()).rejects.toThrow(/notes\.txt .* is no part of the distribution/);
    expect(readFileSync(stranger, "utf8")).toBe("mine");
    rmSync(stranger);
    await assembled();
  });

  test("is made anew over what a run left that did not end", async () => {
    // As after a run for another commit that was killed: its files are there, its steps were not stamped.
    const left = "binaries/parseltongue_20000101T000000Z";
    stampsOf(distribution).claim(left);
    writeFileSync(join(distribution, left), "old");
    await assembled();
    expect(filesBelow(distribution)).not.toContain(left);
  });

  test("passes its own validation", async () => {
    const outcomes = await runChecks(readDistribution(distribution), {
      layers: ["integrity", "functionality", "integration"],
    });
    expect(outcomes.filter(({ passed }) => !passed)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(12);
  });

  test("is signed where a key is given, and the signature is checked", async () => {
    const key = join(temporaryFolder(), "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    process.env["PARSELTONGUE_SSH_SIGNING_KEY"] = key;
    try {
      await assembled();
    } finally {
      delete process.env["PARSELTONGUE_SSH_SIGNING_KEY"];
    }
    const copy = join(temporaryFolder(), "signed");
    cpSync(distribution, copy, { recursive: true });
    const signature = async () =>
      (await runChecks(readDistribution(copy), { layers: ["integrity"] })).find(
        ({ name }) => name === "signature",
      );
    expect(await signature()).toMatchObject({ passed: true, detail: /fits/ });
    appendFileSync(join(copy, "SHA256SUMS"), `${"0".repeat(64)}  nothing\n`);
    expect(await signature()).toMatchObject({ passed: false });
    await assembled();
    expect(existsSync(join(distribution, "SHA256SUMS.sig"))).toBe(false);
  });
});

/** Lists what is there anew, so that a later check than the checksums has to notice. */
function reseal(folder: string): void {
  const manifest = join(folder, "PACKAGE_MANIFEST.md");
  const sums = parseChecksums(readFileSync(join(folder, "SHA256SUMS"), "utf8"));
  let text = readFileSync(manifest, "utf8");
  const files = filesBelow(folder).filter((path) => !/^(SHA256SUMS|PACKAGE_MANIFEST)/.test(path));
  for (const path of files) {
    const { size, sha256 } = describeFile(folder, path);
    const before = sums.get(path);
    if (before === undefined || before === sha256) continue;
    text = text.replace(
      new RegExp(`^\\| \`${path.replaceAll(".", "\\.")}\` \\| \\d+ (.*)${before}`, "m"),
      `| \`${path}\` | ${size} $1${sha256}`,
    );
  }
  writeFileSync(manifest, text);
  const all = [...files, "PACKAGE_MANIFEST.md"].sort();
  writeFileSync(
    join(folder, "SHA256SUMS"),
    checksumText(all.map((path) => describeFile(folder, path))),
  );
}

/** Compiles a C program in the place of a file. */
function compile(file: string, source: string): void {
  rmSync(file, { force: true });
  execFileSync("cc", ["-x", "c", "-s", "-o", file, "-"], { input: source });
}

const platformTarball = `npm/parseltongue-${host.name}-${VERSION}.tgz`;

/** Packs an npm tarball of a distribution again with one file changed. */
async function repack(
  folder: string,
  tarball: string,
  change: (path: string, data: Buffer) => Buffer,
) {
  const members = [...(await readArchive(join(folder, tarball))).values()].map((member) => ({
    ...member,
    data: change(member.path, Buffer.from(member.data)),
  }));
  await writeTarball(folder, tarball, members, 0, temporaryFolder());
}

describe("validation catches", () => {
  const pt = "copy-paste-ready/pt";
  const binary = "binaries/parseltongue";
  const mutations: readonly {
    readonly what: string;
    readonly break: (folder: string) => void | Promise<void>;
    readonly layer: Layer;
    readonly check: string;
  }[] = [
    {
      what: "a missing file",
      break: (folder) => {
        rmSync(join(folder, "copy-paste-ready", "debug_entity.sh"));
        reseal(folder);
      },
      layer: "integrity",
      check: "nothing is missing",
    },
    {
      what: "a changed byte",
      break: (folder) => appendFileSync(join(folder, "sbom.cdx.json"), " "),
      layer: "integrity",
      check: "checksums",
    },
    {
      what: "an unlisted file",
      break: (folder) => writeFileSync(join(folder, "binaries", "extra"), "x"),
      layer: "integrity",
      check: "checksums",
    },
    {
      what: "a lost execute bit",
      break: (folder) => chmodSync(join(folder, pt), 0o644),
      layer: "integrity",
      check: "execute bits",
    },
    {
      what: "a lost execute bit inside the npm package",
      break: async (folder) => {
        const members = [...(await readArchive(join(folder, platformTarball))).values()];
        await writeTarball(
          folder,
          platformTarball,
          members.map((member) => ({ ...member, mode: 0o644 as const })),
          0,
          temporaryFolder(),
        );
        reseal(folder);
      },
      layer: "integrity",
      check: "platform packages",
    },
    {
      what: "an npm package of another version",
      break: async (folder) => {
        await repack(folder, platformTarball, (path, data) =>
          path === "package/package.json"
            ? Buffer.from(data.toString().replace(`"version": "${VERSION}"`, '"version": "9.9.9"'))
            : data,
        );
        reseal(folder);
      },
      layer: "integrity",
      check: "platform packages",
    },
    {
      what: "a main package that does not want a platform",
      break: async (folder) => {
        await repack(folder, `npm/parseltongue-${VERSION}.tgz`, (path, data) =>
          path === "package/package.json"
            ? Buffer.from(data.toString().replace(/\s*"@parseltongue\/darwin-x64": "[^"]+",/, ""))
            : data,
        );
        reseal(folder);
      },
      layer: "integrity",
      check: "main package",
    },
    {
      what: "other bytes in the archive than in the folder",
      break: (folder) => {
        appendFileSync(join(folder, pt), "# not in the archive\n");
        reseal(folder);
      },
      layer: "integrity",
      check: "archives",
    },
    {
      what: "a manifest that was not written anew",
      break: (folder) => {
        appendFileSync(join(folder, pt), "# not in the manifest\n");
        const sums = filesBelow(folder).filter((path) => path !== "SHA256SUMS");
        writeFileSync(
          join(folder, "SHA256SUMS"),
          checksumText(sums.map((path) => describeFile(folder, path))),
        );
      },
      layer: "integrity",
      check: "manifest",
    },
    {
      what: "a stale template",
      break: (folder) => {
        appendFileSync(join(folder, "copy-paste-ready", "codebase_analysis.md"), "old\n");
        reseal(folder);
      },
      layer: "functionality",
      check: "templates are current",
    },
    {
      what: "a binary of another version",
      break: (folder) => {
        compile(
          join(folder, binary),
          'int puts(const char*);int main(){puts("parseltongue 0.0.1");}',
        );
        reseal(folder);
      },
      layer: "functionality",
      check: "versions",
    },
    {
      what: "a binary for another processor",
      break: (folder) => {
        const bytes = readFileSync(join(folder, binary));
        bytes.writeUInt16LE(host.cpu === "x64" ? 183 : 62, 18);
        writeFileSync(join(folder, binary), bytes);
        reseal(folder);
      },
      layer: "functionality",
      check: "binaries",
    },
    {
      what: "a binary that answers wrongly",
      break: (folder) => {
        compile(join(folder, binary), 'int puts(const char*);int main(){puts("{}");}');
        reseal(folder);
      },
      layer: "functionality",
      check: "answers",
    },
    {
      what: "a script that does not parse",
      break: (folder) => {
        writeFileSync(join(folder, pt), "#!/bin/sh\nif true; then\n");
        reseal(folder);
      },
      layer: "functionality",
      check: "scripts",
    },
    {
      what: "a slow binary",
      break: (folder) => {
        renameSync(join(folder, binary), join(folder, "real"));
        compile(
          join(folder, binary),
          `#include <unistd.h>\nint main(int c,char**v){usleep(400000);return execv("${join(folder, "real")}",v);}`,
        );
      },
      layer: "contracts",
      check: "start",
    },
  ];

  test.each(mutations)("$what", async ({ break: spoil, layer, check }) => {
    const folder = join(temporaryFolder(), "distribution");
    cpSync(distribution, folder, { recursive: true });
    await spoil(folder);
    const outcomes = await runChecks(readDistribution(folder), {
      layers: [layer],
      only: check,
    });
    expect(outcomes.find(({ name }) => name === check)).toMatchObject({ passed: false });
  });
});

describe("archives", () => {
  const members = [
    { path: "top/run", data: Buffer.from("#!/bin/sh\n"), mode: 0o755 as const },
    { path: "top/text", data: Buffer.from("text\n"), mode: 0o644 as const },
  ];

  test.each(["a.tar.gz", "a.zip"])("%s has the same bytes in every time zone", async (name) => {
    const bytes: string[] = [];
    for (const zone of ["UTC", "Asia/Kathmandu", "America/St_Johns"]) {
      process.env["TZ"] = zone;
      const folder = temporaryFolder();
      if (name.endsWith(".zip")) writeZip(folder, name, members, 1_700_000_000);
      else await writeTarball(folder, name, members, 1_700_000_000, temporaryFolder());
      bytes.push(readFileSync(join(folder, name)).toString("base64"));
    }
    delete process.env["TZ"];
    expect(new Set(bytes).size).toBe(1);
  });
});

test("a difference between binaries is shown with its section and its text", async () => {
  const folder = temporaryFolder();
  const build = (name: string, text: string): Buffer => {
    const file = join(folder, name);
    execFileSync("cc", ["-x", "c", "-o", file, "-"], {
      input: `int puts(const char*);int main(){return puts("built in /home/${text}/source");}`,
    });
    return readFileSync(file);
  };
  const said = (await describeDifference(build("a", "alice"), build("a", "carol"))).join("\n");
  expect(said).toMatch(/\.rodata: ".*alice.*" and ".*carol/);
});

test("the bill of materials names the grammars that are compiled in, and what is wrong with another", async () => {
  const bill = JSON.parse(await platformSbom(host));
  const names = bill.components.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(["tree-sitter", "tree-sitter-rust", "clap"]));
  expect(names).not.toContain("assert_cmd");
  expect(await sbomProblem('{"bomFormat":"CycloneDX","specVersion":"1.6","components":1}')).toMatch(
    /components/,
  );
});

/** A root folder with sh and nothing else: what the distribution promises to need. */
function bareRoot(): string {
  const root = temporaryFolder();
  const install = (file: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    copyFileSync(file, join(root, file));
  };
  const libraries = (file: string): string[] =>
    [...execFileSync("ldd", [file], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g)].map(
      ([, library]) => library ?? "",
    );
  // The commands that POSIX has beside the shell's own, from the machine; no Node, no git, no network.
  for (const tool of [
    "sh",
    "cat",
    "cp",
    "mkdir",
    "mv",
    "rm",
    "ls",
    "dirname",
    "basename",
    "ln",
    "date",
  ]) {
    const file = realpathSync(
      execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(),
    );
    for (const library of libraries(file)) install(library);
    mkdirSync(join(root, "bin"), { recursive: true });
    copyFileSync(file, join(root, "bin", tool));
  }
  const binary = join(distribution, "binaries", "parseltongue");
  try {
    for (const library of libraries(binary)) install(library);
  } catch {
    // ldd fails for a static binary, which needs none.
  }
  mkdirSync(join(root, "tmp"));
  mkdirSync(join(root, "dev"));
  execFileSync("mknod", ["-m", "666", join(root, "dev", "null"), "c", "1", "3"]);
  return root;
}

test.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")(
  "copied into a project, it works in a root with sh and nothing else",
  async () => {
    const root = bareRoot();
    const project = join(root, "project");
    writeFixture(project);
    copyFileSync(join(distribution, "binaries", "parseltongue"), join(project, "parseltongue"));
    cpSync(join(distribution, "copy-paste-ready"), project, { recursive: true });
    const inside = (command: string) =>
      execa("/usr/sbin/chroot", [root, "/bin/sh", "-c", `cd /project && ${command}`], {
        env: { PATH: "/bin", HOME: "/tmp" },
        extendEnv: false,
        reject: false,
      });
    const onboard = await inside("./pt onboard .");
    expect(onboard.exitCode, onboard.stderr).toBe(0);
    expect(onboard.stdout).toContain("shape.rs");
    expect(readdirSync(join(project, "parseltongue_workspace"))).toContain("latest");
    expect(await inside("./pt debug Square::area")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("area_of"),
    });
    expect(await inside("./pt debug nothing_of_this_name")).toMatchObject({ exitCode: 1 });
  },
);
