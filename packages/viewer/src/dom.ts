/** The element of the page with an id. */
export function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** A new element; strings become text, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<Omit<HTMLElementTagNameMap[K], "style">> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Names from a project may hold anything; on one line they are shown with control characters made visible. */
export const visible = (name: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  name.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "\u2423");

/** Offers a file for saving. */
export function save(content: Blob, name: string): void {
  const link = make("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** `1 file`, `2 files`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
