import { dirname } from "node:path";

/** The main package's folder: the parent of `src/` here and of `dist/` when published. */
export const PACKAGE_ROOT = dirname(dirname(import.meta.filename));
