import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { Trouble } from "../say.ts";

/** A server on the loopback interface between a user and the registry. */
export interface Front {
  readonly url: string;
  readonly close: () => void;
}

/** What a front does to what passes. */
export interface FrontOptions {
  /** Only requests with this bearer token are answered. */
  readonly token?: string;
  /** Speaks TLS with this key and certificate. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
  /** Changes one byte of every platform package's binary, and the registry's own hashes with it. */
  readonly tamper?: boolean;
  /** Answers a request itself, and says so by true. */
  readonly intercept?: (url: string, response: ServerResponse) => boolean;
  /** Packages of the scope do not exist here. */
  readonly withoutScope?: boolean;
}

const listen = (server: Server): Promise<number> =>
  new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port));
  });

const close = (server: Server): void => {
  server.close();
  server.closeAllConnections();
};

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** No text file of a package is as large, and every binary is larger. */
const BINARY_BYTES = 1_000_000;

/** A tarball whose binary has another last byte. */
function tampered(tarball: Buffer): Buffer {
  const tar = gunzipSync(tarball);
  let largest = { at: 0, size: 0 };
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 136), 8);
    if (size > largest.size) largest = { at: at + 512, size };
    at += 512 + Math.ceil(size / 512) * 512;
  }
  // A package without a binary is left as it is.
  if (largest.size < BINARY_BYTES) return tarball;
  const last = largest.at + largest.size - 1;
  tar[last] = (tar[last] ?? 0) ^ 0xff;
  return gzipSync(tar);
}

/** Starts a front of a registry. */
export async function startFront(upstream: string, options: FrontOptions): Promise<Front> {
  const { token, tls, tamper, withoutScope, intercept } = options;
  const fetchUpstream = (path: string, incoming: IncomingMessage): Promise<IncomingMessage> =>
    new Promise((done, failed) => {
      const outgoing = request(
        new URL(path, upstream),
        {
          method: incoming.method,
          headers: {
            ...incoming.headers,
            // The registry names its tarballs by the host it is asked as.
            host: incoming.headers.host ?? "",
            "x-forwarded-proto": tls ? "https" : "http",
            "accept-encoding": "identity",
            authorization: "",
          },
        },
        done,
      );
      outgoing.on("error", failed);
      incoming.pipe(outgoing);
    });
  const tarballs = new Map<string, Buffer>();
  const scoped = (url: string): boolean => /^\/@parseltongue(\/|%2f)/i.test(url);

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = incoming.url ?? "/";
    if (token !== undefined && incoming.headers.authorization !== `Bearer ${token}`) {
      response
        .writeHead(401, { "www-authenticate": "Bearer" })
        .end('{"error":"a token is needed"}');
      return;
    }
    if (intercept?.(url, response)) return;
    if (withoutScope && scoped(url)) {
      response.writeHead(404, { "content-type": "application/json" }).end('{"error":"not found"}');
      return;
    }
    const upstreamResponse = await fetchUpstream(url, incoming);
    if (!tamper || !scoped(url) || upstreamResponse.statusCode !== 200) {
      response.writeHead(upstreamResponse.statusCode ?? 502, upstreamResponse.headers);
      upstreamResponse.pipe(response);
      return;
    }
    const body = await bodyOf(upstreamResponse);
    if (url.endsWith(".tgz")) {
      const bytes = tarballs.get(url) ?? tampered(body);
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
      return;
    }
    const packument = JSON.parse(body.toString("utf8")) as {
      versions: Record<string, { dist: { tarball: string; integrity: string; shasum: string } }>;
    };
    for (const { dist } of Object.values(packument.versions)) {
      const path = new URL(dist.tarball).pathname;
      const original = await new Promise<Buffer>((done, failed) => {
        request(new URL(path, upstream), (tarball) => void bodyOf(tarball).then(done, failed))
          .on("error", failed)
          .end();
      });
      const bytes = tampered(original);
      tarballs.set(path, bytes);
      dist.integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
      dist.shasum = createHash("sha1").update(bytes).digest("hex");
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(packument));
  }

  const handler = (incoming: IncomingMessage, response: ServerResponse): void => {
    answer(incoming, response).catch((error) => response.writeHead(502).end(String(error)));
  };
  const server = tls ? createTlsServer(tls, handler) : createServer(handler);
  const port = await listen(server);
  return {
    url: tls ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`,
    close: () => close(server),
  };
}

/** A host name that leads nowhere but through the proxy. */
export const PROXIED_HOST = "registry.test";

/** A forward proxy, for plain requests and CONNECT, that knows one host. */
export async function startProxy(upstream: string): Promise<Front & { readonly registry: string }> {
  const { hostname, port } = new URL(upstream);
  const server = createServer((incoming, response) => {
    const wanted = new URL(incoming.url ?? "/", "http://none");
    if (wanted.hostname !== PROXIED_HOST) {
      response.writeHead(403).end();
      return;
    }
    const outgoing = request(
      {
        hostname,
        port,
        path: wanted.pathname + wanted.search,
        method: incoming.method,
        headers: { ...incoming.headers, host: PROXIED_HOST },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on("error", () => response.writeHead(502).end());
    incoming.pipe(outgoing);
  });
  server.on("connect", (incoming, socket) => {
    if (!incoming.url?.startsWith(`${PROXIED_HOST}:`)) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const tunnel = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on("error", () => socket.destroy());
    socket.on("error", () => tunnel.destroy());
  });
  const own = await listen(server);
  return {
    url: `http://127.0.0.1:${own}/`,
    registry: `http://${PROXIED_HOST}/`,
    close: () => close(server),
  };
}

/** An authority of one's own, and a certificate of it for this machine; `expired` or of another host on demand. */
export function privateAuthority({
  expired = false,
  names = "DNS:localhost,IP:127.0.0.1",
}: {
  readonly expired?: boolean;
  readonly names?: string;
} = {}): {
  readonly cafile: string;
  readonly tls: { readonly key: Buffer; readonly cert: Buffer };
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "parseltongue-authority-"));
  const openssl = (...args: string[]): void => {
    const { error, status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    if (error)
      throw new Trouble(
        `openssl cannot be started (${(error as NodeJS.ErrnoException).code})`,
        "why: it makes the certificates of a private authority for the install matrix",
        "fix: install it with the system's package manager (apt-get install openssl)",
      );
    if (status !== 0) throw new Trouble("openssl failed", `why: ${stderr.trim()}`);
  };
  const key = ["-newkey", "rsa:2048", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Test authority",
  );
  openssl("req", ...key, "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=localhost");
  writeFileSync(join(folder, "own.ext"), `subjectAltName=${names}\n`);
  openssl(
    "x509",
    "-req",
    "-in",
    "own.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-out",
    "own.pem",
    "-days",
    expired ? "-1" : "2",
    "-extfile",
    "own.ext",
  );
  return {
    cafile: join(folder, "ca.pem"),
    tls: {
      key: readFileSync(join(folder, "own.key")),
      cert: readFileSync(join(folder, "own.pem")),
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
