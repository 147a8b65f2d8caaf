import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { machine, release } from "node:os";

/** The C library that Node runs on, which with Nix or a copied Node is not always the system's. */
export function nodeLibc(): string {
  if (process.platform !== "linux") return "";
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  // Without it the report looks up the names of open connections, which can take minutes.
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  const { header } = report.getReport() as unknown as {
    header: { glibcVersionRuntime?: string };
  };
  report.excludeNetwork = before ?? false;
  return header.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : "musl";
}

/** The system's own C library: what its own programs are linked with. */
export function systemLibc(): string {
  if (process.platform !== "linux") return "";
  const said = (program: string, ...args: string[]): string => {
    const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    return `${stdout}${stderr}`;
  };
  const glibc = /^glibc \S+/m.exec(said("getconf", "GNU_LIBC_VERSION"))?.[0];
  if (glibc !== undefined) return glibc;
  // musl's loader tells its version where it is called without a program.
  const musl = (existsSync("/lib") ? readdirSync("/lib") : []).find((name) =>
    /^ld-musl-.*\.so\.1$/.test(name),
  );
  if (musl !== undefined)
    return `musl ${/^Version (\S+)/m.exec(said(`/lib/${musl}`))?.[1] ?? ""}`.trimEnd();
  return existsSync("/etc/ld.so.cache") ? "glibc" : "";
}

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** The operating system's name, its kernel and the processor that it runs on. */
export function systemName(): string {
  const name =
    process.platform === "linux"
      ? /^PRETTY_NAME="?([^"\n]+)/m.exec(readIfThere("/etc/os-release"))?.[1]
      : undefined;
  return `${name ?? process.platform}, kernel ${release()}, ${machine()}`;
}

/** Surroundings in which installations go wrong in their own way. */
export function hints(packageRoot: string, env: NodeJS.ProcessEnv): readonly string[] {
  const found: string[] = [];
  const cgroup = process.platform === "linux" ? readIfThere("/proc/1/cgroup") : "";
  if (
    existsSync("/.dockerenv") ||
    existsSync("/run/.containerenv") ||
    /docker|kubepods|lxc|containerd/.test(cgroup)
  )
    found.push(
      "in a container: install inside it, and keep node_modules out of the image's context",
    );
  if (process.platform === "linux" && /microsoft/i.test(release())) {
    found.push("WSL: packages installed by Windows do not work here, nor the other way round");
    if (/^\/mnt\/[a-z]\//.test(packageRoot))
      found.push("the installation lies on a Windows drive, which loses permissions and is slow");
  }
  if (translatedByRosetta())
    found.push(
      "Node is for x64 and translated by Rosetta; a Node for arm64 needs an installation of its own",
    );
  if (
    process.platform === "win32" &&
    process.arch === "x64" &&
    /ARM/i.test(env["PROCESSOR_IDENTIFIER"] ?? "")
  )
    found.push("Node is for x64 and translated by Windows on ARM");
  if (existsSync("/etc/NIXOS"))
    found.push(
      "NixOS has no loader at the usual place; the static build is used where it is installed",
    );
  if (process.versions["bun"] !== undefined) found.push(`run by bun ${process.versions["bun"]}`);
  if (process.versions["deno"] !== undefined) found.push(`run by deno ${process.versions["deno"]}`);
  return found;
}

/** An x64 Node on an ARM Mac runs translated, and so would the engine. */
function translatedByRosetta(): boolean {
  if (process.platform !== "darwin" || process.arch !== "x64") return false;
  const translated = execFileSync("sysctl", ["-in", "sysctl.proc_translated"], {
    encoding: "utf8",
  });
  return translated.trim() === "1";
}
