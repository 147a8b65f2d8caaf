/** Reads one .npmrc: `key = value`, comments, `key[] = value`, and `${VARIABLE}` in names and values. */
export function parseNpmrc(text: string, env: NodeJS.ProcessEnv): Map<string, string> {
  const settings = new Map<string, string>();
  const expand = (raw: string): string =>
    raw.replace(
      /(\\*)\$\{([^}?]+)(\??)\}/g,
      (whole, escapes: string, name: string, optional: string) =>
        escapes.length % 2 ? whole.slice(1) : `${escapes}${env[name] ?? (optional ? "" : whole)}`,
    );
  for (const line of text.split(/\r?\n/)) {
    const pair = /^\s*([^#;=\s][^=]*?)(\[\])?\s*(?:=\s*(.*?)\s*)?$/.exec(line);
    if (pair?.[1] === undefined) continue;
    const key = expand(pair[1]);
    // A key alone switches something on.
    const value = expand((pair[3] ?? "true").replace(/\s+[#;].*$/, "")).replace(
      /^(["'])(.*)\1$/,
      "$2",
    );
    const before = pair[2] ? settings.get(key) : undefined;
    settings.set(key, before === undefined ? value : `${before}\n${value}`);
  }
  return settings;
}
