import { createGunzip } from "node:zlib";

/** Takes one file out of a gzipped tar archive as it arrives. Nothing is written. */
export interface ArchiveReader {
  readonly write: (chunk: Buffer) => void;
  /** The file's bytes, when the archive is complete. */
  readonly end: () => Promise<Buffer>;
}

/** An archive that does not hold what it should. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/** Both headers and contents of a tar archive fill whole blocks of so many bytes. */
const BLOCK = 512;

/** How many bytes a package may have beside its binary: licences, manifests. */
const OTHER_FILES = 2_000_000;

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
  let failure: ArchiveError | undefined;
  const gunzip = createGunzip();
  const ended = new Promise<void>((done) => {
    const fail = (why: string): void => {
      failure ??= new ArchiveError(why);
      gunzip.destroy();
      done();
    };
    gunzip.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received > size + OTHER_FILES)
        return fail("the archive is larger than what was published");
      chunks.push(chunk);
      progress(Math.min(received, size));
    });
    gunzip.on("error", ({ message }) => fail(`the archive cannot be read: ${message}`));
    gunzip.on("end", done);
  });
  return {
    write: (chunk) => {
      if (failure !== undefined) throw failure;
      gunzip.write(chunk);
    },
    end: async () => {
      gunzip.end();
      await ended;
      if (failure !== undefined) throw failure;
      return fileIn(Buffer.concat(chunks), path);
    },
  };
}

/** The contents of the plain file at `path`, which is short enough to stand in a header (POSIX ustar). */
function fileIn(archive: Buffer, path: string): Buffer {
  let offset = 0;
  while (offset + BLOCK <= archive.length) {
    const header = archive.subarray(offset, offset + BLOCK);
    // Blocks of zeros end an archive.
    if (header[0] === 0) break;
    const text = (from: number, length: number): string =>
      /^[^\0]*/.exec(header.toString("utf8", from, from + length))?.[0] ?? "";
    const octal = (from: number, length: number): number =>
      Number.parseInt(text(from, length).trim(), 8);
    const size = octal(124, 12);
    // The sum of the header's bytes, its own field counted as spaces.
    const sum = header.reduce(
      (total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte),
      0,
    );
    if (sum !== octal(148, 8) || !(size >= 0)) throw new ArchiveError("the archive is damaged");
    const start = offset + BLOCK;
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
    if (offset > archive.length) throw new ArchiveError("the archive is cut short");
    const prefix = text(345, 155);
    const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    if (name === path && ["0", ""].includes(text(156, 1)))
      return archive.subarray(start, start + size);
  }
  throw new ArchiveError(`the archive has no ${path}`);
}
