import { dirname, join } from "node:path";

/** The main package's folder: the parent of `src/` here and of `dist/` when published. */
export const PACKAGE_ROOT = dirname(dirname(import.meta.filename));

/** The templates and scripts that the package ships. */
export const TEMPLATES_FOLDER = join(PACKAGE_ROOT, "templates");
