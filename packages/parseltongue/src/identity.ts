import { version } from "../package.json";

/**
 * The npm name of the main package. Every manifest, message and script takes it from here, because the
 * name may still have to change before the first publication.
 */
export const PACKAGE_NAME = "parseltongue";

/** The npm scope of the platform packages. */
export const PLATFORM_SCOPE = "@parseltongue";

/** The native program, without the `.exe` of Windows. */
export const ENGINE_NAME = "parseltongue";

/** One version for the main package, the platform packages and the engine. */
export const VERSION: string = version;

/** Where the source lives; manifests and messages point here. */
export const REPOSITORY_URL = "https://github.com/parseltongue/parseltongue";

/** A path here replaces the binary of the platform package; a wrong path is an error. */
export const BINARY_VARIABLE = "PARSELTONGUE_BINARY";
