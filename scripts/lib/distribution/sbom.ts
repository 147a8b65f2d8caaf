import { existsSync, readFileSync } from "node:fs";
import { Enums, Models, Serialize, Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { execa } from "execa";
import { PackageURL } from "packageurl-js";
import {
  PACKAGE_NAME,
  REPOSITORY_URL,
  VERSION,
} from "../../../packages/parseltongue/src/identity.ts";
import { platformPackage, type Target } from "../../../packages/parseltongue/src/targets.ts";
import { BUNDLED_PACKAGES } from "../main-package.ts";
import { ENGINE } from "../paths.ts";
import { Trouble } from "../say.ts";
import { buildOf } from "../target-builds.ts";

// Software bills of materials in CycloneDX JSON. They list what is in the shipped bytes: not build tools, not
// tests. Nothing in them depends on the time or the machine.

/** The crate of the binary. */
const BINARY_CRATE = "parseltongue-cli";
/** The crate whose development dependencies are shipped: it compiles their C sources into the binary. */
const GRAMMARS_CRATE = "parseltongue-grammars";

const SPEC = Spec.Spec1dot6;

interface CargoPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | null;
  /** Null for our own crates. */
  readonly source: string | null;
  readonly targets: readonly { readonly kind: readonly string[] }[];
}
interface CargoMetadata {
  readonly packages: readonly CargoPackage[];
  readonly resolve: {
    readonly nodes: readonly {
      readonly id: string;
      readonly deps: readonly {
        readonly pkg: string;
        readonly dep_kinds: readonly { readonly kind: string | null }[];
      }[];
    }[];
  };
}

async function cargoMetadata(target: Target): Promise<CargoMetadata> {
  const args = [
    "metadata",
    "--format-version=1",
    "--locked",
    "--filter-platform",
    buildOf(target).triple,
  ];
  const { stdout, failed, stderr } = await execa("cargo", args, { cwd: ENGINE, reject: false });
  if (failed) throw new Trouble(`cargo metadata failed: ${stderr.split("\n").pop() ?? ""}`);
  return JSON.parse(stdout) as CargoMetadata;
}

/** The crates that are linked into a target's binary, by id, each with the ids of those it uses. */
function linkedCrates(
  metadata: CargoMetadata,
): Map<string, { crate: CargoPackage; uses: string[] }> {
  const packages = new Map(metadata.packages.map((each) => [each.id, each]));
  const nodes = new Map(metadata.resolve.nodes.map((each) => [each.id, each]));
  const linked = new Map<string, { crate: CargoPackage; uses: string[] }>();
  const open = metadata.packages.filter(({ name }) => name === BINARY_CRATE);
  for (let crate = open.pop(); crate !== undefined; crate = open.pop()) {
    // Procedural macros run at build time, and so does what they depend on.
    if (linked.has(crate.id) || crate.targets.some(({ kind }) => kind.includes("proc-macro")))
      continue;
    const { name, id } = crate;
    const uses = (nodes.get(id)?.deps ?? []).flatMap(({ pkg, dep_kinds }) => {
      const shipped = dep_kinds.some(
        ({ kind }) => kind === null || (name === GRAMMARS_CRATE && kind === "dev"),
      );
      const used = packages.get(pkg);
      if (!shipped || used === undefined) return [];
      open.push(used);
      return [pkg];
    });
    linked.set(id, { crate, uses });
  }
  if (linked.size === 0) throw new Trouble(`cargo knows no crate ${BINARY_CRATE}`);
  return linked;
}

const licence = (expression: string): Models.LicenseRepository =>
  // Old manifests write "MIT/Apache-2.0".
  new Models.LicenseRepository([new Models.LicenseExpression(expression.replaceAll("/", " OR "))]);

function component(
  type: Enums.ComponentType,
  [purlType, name, version, terms]: readonly ["cargo" | "npm", string, string, string | null],
): Models.Component {
  const [scope, short] = name.startsWith("@") ? name.split("/") : [undefined, name];
  const purl = new PackageURL(purlType, scope, short ?? name, version, undefined, undefined);
  return new Models.Component(type, short ?? name, {
    bomRef: purl.toString(),
    version,
    purl: purl.toString(),
    ...(scope === undefined ? {} : { group: scope }),
    ...(terms === null ? {} : { licenses: licence(terms) }),
  });
}

/** Adds the crates of a target to a bill, and says which of them the root uses directly. */
async function addCrates(bom: Models.Bom, target: Target, known: Map<string, Models.Component>) {
  const linked = linkedCrates(await cargoMetadata(target));
  const byId = new Map<string, Models.Component>();
  for (const [id, { crate }] of linked) {
    const key = `cargo:${crate.name}@${crate.version}`;
    const found =
      known.get(key) ??
      component(Enums.ComponentType.Library, ["cargo", crate.name, crate.version, crate.license]);
    known.set(key, found);
    byId.set(id, found);
    bom.components.add(found);
  }
  for (const [id, { crate, uses }] of linked) {
    for (const used of uses) {
      // A use of a macro is no part of the bytes.
      const dependency = byId.get(used);
      if (dependency) byId.get(id)?.dependencies.add(dependency.bomRef);
    }
    const own = byId.get(id);
    if (crate.name === BINARY_CRATE && own) bom.metadata.component?.dependencies.add(own.bomRef);
  }
}

/** A package that is bundled into the main package. */
interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

function addBundledPackages(bom: Models.Bom): void {
  if (!existsSync(BUNDLED_PACKAGES))
    throw new Trouble("the main package is not built", "fix: npm run build:main");
  for (const { name, version, license } of JSON.parse(
    readFileSync(BUNDLED_PACKAGES, "utf8"),
  ) as BundledPackage[]) {
    const found = component(Enums.ComponentType.Library, ["npm", name, version, license]);
    bom.components.add(found);
    bom.metadata.component?.dependencies.add(found.bomRef);
  }
}

function emptyBill(name: string): Models.Bom {
  const root = component(Enums.ComponentType.Application, [
    "npm",
    name,
    VERSION,
    "MIT OR Apache-2.0",
  ]);
  root.externalReferences.add(
    new Models.ExternalReference(REPOSITORY_URL, Enums.ExternalReferenceType.VCS),
  );
  return new Models.Bom({ metadata: new Models.Metadata({ component: root }) });
}

async function serialize(bom: Models.Bom): Promise<string> {
  const json = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(SPEC)).serialize(
    bom,
    { sortLists: true, space: 2 },
  );
  const text = `${json}\n`;
  const problem = await sbomProblem(text);
  if (problem !== undefined) throw new Trouble(`the SBOM is not valid CycloneDX: ${problem}`);
  return text;
}

/** What the official schema says against a bill, or undefined. */
export async function sbomProblem(text: string): Promise<string | undefined> {
  const found = await new Validation.JsonStrictValidator(SPEC.version).validate(text);
  return found === null ? undefined : JSON.stringify(found).slice(0, 300);
}

/** The bill of a platform package: the crates and C sources linked into its binary. */
export async function platformSbom(target: Target): Promise<string> {
  const bom = emptyBill(platformPackage(target));
  await addCrates(bom, target, new Map());
  return serialize(bom);
}

/** The bill of the main package: the npm packages that are bundled into it. */
export async function mainSbom(): Promise<string> {
  const bom = emptyBill(PACKAGE_NAME);
  addBundledPackages(bom);
  return serialize(bom);
}

/** The bill of a whole distribution. */
export async function productSbom(targets: readonly Target[]): Promise<string> {
  const bom = emptyBill(PACKAGE_NAME);
  const known = new Map<string, Models.Component>();
  for (const target of targets) await addCrates(bom, target, known);
  addBundledPackages(bom);
  return serialize(bom);
}
