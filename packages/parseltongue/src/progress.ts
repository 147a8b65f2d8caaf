/** One line on stderr that replaces itself. Silent where stderr is not a terminal. */
export interface Progress {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

/** A progress line for this terminal. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) =>
      stream.write(`\r\x1b[K${text.slice(0, Math.max(10, (stream.columns ?? 80) - 1))}`),
    clear: () => stream.write("\r\x1b[K"),
  };
}
