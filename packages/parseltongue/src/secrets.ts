import { homeFolder } from "./installation.ts";

/** Messages and bug reports are public: the home folder names its owner, and a URL may carry a password. */
export function withoutSecrets(text: string): string {
  const home = homeFolder();
  if (home.length < 2) return withoutCredentials(text);
  // A folder that only starts like it is another one.
  const whole = new RegExp(`${home.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![\\w.-])`, "g");
  return withoutCredentials(text.replace(whole, "~"));
}

/** Text without passwords in URLs and without tokens of known form. */
export const withoutCredentials = (text: string): string =>
  text
    .replace(/(\/\/)[^/@\s"']+@/g, "$1***@")
    .replace(/\b(npm_|ghp_|gho_|ghs_)[A-Za-z0-9]{10,}/g, "$1***")
    .replace(/\b(github_pat_|glpat-)[A-Za-z0-9_-]{10,}/g, "$1***")
    .replace(
      /(_auth(?:Token)?|_password|authorization)(["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
      "$1$2***",
    );
