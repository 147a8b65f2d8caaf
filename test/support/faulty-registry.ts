import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What goes wrong with one request instead of the usual answer. */
export type Fault =
  | { readonly kind: "status"; readonly status: number }
  /** The answer comes, but late. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** The connection ends before the registry has seen the request. */
  | { readonly kind: "drop" }
  /** The registry takes the request, and the connection ends before its answer. */
  | { readonly kind: "drop answer" }
  /** The answer is a success, and the registry never saw the request. */
  | { readonly kind: "lose" };

/** One request that passed, for tests that look at the order of things. */
export interface Passed {
  readonly method: string;
  readonly path: string;
}

/** A proxy before a registry that can be told to fail. */
export interface FaultyRegistry {
  readonly url: string;
  readonly passed: Passed[];
  /** The next `times` requests that match fail in this way. */
  readonly fail: (method: string, path: RegExp, fault: Fault, times?: number) => void;
}

interface Rule {
  readonly method: string;
  readonly path: RegExp;
  readonly fault: Fault;
  left: number;
}

/** Starts the proxy on the loopback interface; it ends with the test. */
export async function faultyRegistry(upstream: string): Promise<FaultyRegistry> {
  const rules: Rule[] = [];
  const passed: Passed[] = [];

  function pass(incoming: IncomingMessage, outgoing: ServerResponse, answer: boolean): void {
    const forwarded = request(
      new URL(incoming.url ?? "/", upstream),
      // The host stays ours, so that the tarball addresses in the answers lead through this proxy too.
      { method: incoming.method, headers: incoming.headers },
      (response) => {
        if (!answer) {
          response.resume().on("end", () => outgoing.destroy());
          return;
        }
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
      },
    );
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  }

  const server = createServer((incoming, outgoing) => {
    const method = incoming.method ?? "GET";
    const path = decodeURIComponent(incoming.url ?? "/");
    const rule = rules.find(
      (each) => each.left > 0 && each.method === method && each.path.test(path),
    );
    passed.push({ method, path });
    if (rule === undefined) return pass(incoming, outgoing, true);
    rule.left--;
    const { fault } = rule;
    switch (fault.kind) {
      case "status":
        incoming.resume().on("end", () => {
          outgoing.writeHead(fault.status, { "content-type": "application/json" });
          outgoing.end(JSON.stringify({ error: `injected ${fault.status}` }));
        });
        return;
      case "slow":
        setTimeout(() => pass(incoming, outgoing, true), fault.milliseconds);
        return;
      case "drop":
        incoming.once("data", () => incoming.destroy());
        return;
      case "drop answer":
        return pass(incoming, outgoing, false);
      case "lose":
        incoming.resume().on("end", () => {
          outgoing.writeHead(201, { "content-type": "application/json" });
          outgoing.end(JSON.stringify({ ok: "created" }));
        });
        return;
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    passed,
    fail: (method, path, fault, times = 1) => rules.push({ method, path, fault, left: times }),
  };
}
