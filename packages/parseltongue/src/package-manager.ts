/** A program that installs npm packages. Yarn 1 and the later ones share a name and little else. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "yarn-classic" | "bun" | "deno";
