/** One line on stderr that replaces itself. Silent where stderr is not a terminal. */
export interface Progress {
  /** Whether anybody sees it. */
  readonly visible: boolean;
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

/** A progress line for this terminal. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { visible: false, show: () => undefined, clear: () => undefined };
  return {
    visible: true,
    show: (text) =>
      stream.write(`\r\x1b[K${text.slice(0, Math.max(10, (stream.columns ?? 80) - 1))}`),
    clear: () => stream.write("\r\x1b[K"),
  };
}
