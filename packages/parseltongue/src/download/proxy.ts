import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

// Ways through a proxy: a tunnel for https:, and for http: the whole URL in the request line (RFC 9110, 9.3.6 and
// RFC 9112, 3.2.2).

/** What a connection needs besides its address. */
export interface Way {
  readonly proxy: URL;
  readonly tls: Pick<ConnectionOptions, "ca" | "rejectUnauthorized">;
  /** Gives up what is not connected yet. */
  readonly signal: AbortSignal;
}

/** The proxy answers, and opens no way to the server. Its code is all that node-fetch passes on of an error. */
class ProxyRefusal extends Error {
  readonly code: string;

  constructor(status: number, text: string) {
    super(`the proxy answers ${status} ${text}`.trimEnd());
    this.code = `PROXY_${status}`;
  }
}

const address = ({ protocol, hostname, port }: URL) => ({
  host: hostname.replace(/^\[|\]$/g, ""),
  port: Number(port) || (protocol === "https:" ? 443 : 80),
});

function login({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "" && password === "") return {};
  const both = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(both).toString("base64")}` };
}

/** The connections of https: URLs. */
export class Tunnel extends HttpsAgent {
  readonly #way: Way;

  constructor(way: Way) {
    super(way.tls);
    this.#way = way;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const { proxy, tls, signal } = this.#way;
    // Its type demands a socket beside an error too.
    const connected = callback as (error: Error | null, socket?: Duplex) => void;
    const host = options.host?.includes(":") ? `[${options.host}]` : options.host;
    const server = `${host}:${options.port}`;
    const request = (proxy.protocol === "https:" ? httpsRequest : httpRequest)({
      ...tls,
      ...address(proxy),
      method: "CONNECT",
      path: server,
      headers: { Host: server, ...login(proxy) },
      agent: false,
      signal,
    });
    request.once("error", connected);
    request.once("connect", ({ statusCode = 0, statusMessage = "" }, socket) => {
      if (statusCode === 200) {
        connected(null, connectTls({ ...(options as ConnectionOptions), socket }));
      } else {
        socket.destroy();
        connected(new ProxyRefusal(statusCode, statusMessage));
      }
    });
    request.end();
  }
}

/** The connections of http: URLs. */
export class Forwarding extends HttpAgent {
  readonly #way: Way;

  constructor(way: Way) {
    super();
    this.#way = way;
  }

  /** Node's way to hand a request to an agent, before its first line is written; not in its types. */
  addRequest(request: ClientRequest, options: object): void {
    request.path = `http://${request.getHeader("host")}${request.path}`;
    for (const [name, value] of Object.entries(login(this.#way.proxy)))
      request.setHeader(name, value);
    (HttpAgent.prototype as unknown as Forwarding).addRequest.call(this, request, options);
  }

  override createConnection(): Duplex {
    const { proxy, tls } = this.#way;
    const to = address(proxy);
    return proxy.protocol === "https:"
      ? connectTls({ ...tls, ...to, servername: to.host })
      : connect(to);
  }
}
