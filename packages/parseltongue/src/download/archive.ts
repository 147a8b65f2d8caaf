import { Parser } from "tar/parse";

/** Takes one file out of a gzipped tar archive as it arrives. Nothing else of it is kept, and nothing is written. */
export interface ArchiveReader {
  readonly write: (chunk: Buffer) => void;
  /** The file's bytes, when the archive is complete. */
  readonly end: () => Promise<Buffer>;
}

/** An archive that does not hold what it should. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/**
 * Reads the file at `path`, which has `size` bytes. The size is a limit too: a hostile archive cannot fill the
 * memory.
 */
export function readArchive(
  path: string,
  size: number,
  progress: (received: number) => void,
): ArchiveReader {
  const chunks: Buffer[] = [];
  let received = 0;
  let failure: Error | undefined;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      if (entry.path !== path || entry.type !== "File") return entry.resume();
      entry.on("data", (chunk: Buffer) => {
        received += chunk.length;
        if (received > size)
          failure ??= new ArchiveError(`the archive's ${path} is larger than what was published`);
        else chunks.push(chunk);
        progress(received);
      });
    },
  });
  const ended = new Promise<void>((done) => {
    parser.on("end", () => done());
    parser.on("error", (error) => {
      failure ??= new ArchiveError(`the archive cannot be read: ${error.message}`);
      done();
    });
  });
  return {
    write: (chunk) => {
      if (failure !== undefined) throw failure;
      parser.write(chunk);
    },
    end: async () => {
      parser.end();
      await ended;
      if (failure !== undefined) throw failure;
      if (received === 0) throw new ArchiveError(`the archive has no ${path}`);
      return Buffer.concat(chunks);
    },
  };
}
