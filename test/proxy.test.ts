import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { RegistryConfig } from "../packages/parseltongue/src/download/registry.ts";
import { receive } from "../packages/parseltongue/src/download/transport.ts";

/** The address of a server on this machine, which is closed when the test ends. */
async function listening(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What comes back through a proxy. */
async function through(proxy: string, url: string): Promise<string> {
  const config: RegistryConfig = {
    registry: url,
    proxy,
    noProxy: [],
    strictSsl: true,
    authorization: () => undefined,
  };
  let text = "";
  await receive(url, config, "*/*", () => (chunk) => {
    text += chunk.toString();
  });
  return text;
}

test("http: the proxy gets the whole URL, and its login", async () => {
  const proxy = await listening(
    createServer((request, response) =>
      response.end(`${request.url} ${request.headers["proxy-authorization"]}`),
    ),
  );
  const login = Buffer.from("a b:p@ss").toString("base64");
  expect(await through(`http://a%20b:p%40ss@${proxy}`, "http://registry.test:81/x?y=1")).toBe(
    `http://registry.test:81/x?y=1 Basic ${login}`,
  );
});

test.each([
  [407, "Proxy Authentication Required"],
  [403, "Forbidden"],
])("https: a tunnel that is refused with %i is the proxy's doing", async (status, text) => {
  const asked: string[] = [];
  const server = createServer();
  server.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end(`HTTP/1.1 ${status} ${text}\r\n\r\n`);
  });
  await expect(
    through(`http://${await listening(server)}`, "https://registry.test/x"),
  ).rejects.toMatchObject({
    reason: "proxy",
    message: `https://registry.test: the proxy answers ${status} ${text}`,
  });
  expect(asked).toEqual(["registry.test:443"]);
});

test("http: 407 is the proxy's, not the registry's", async () => {
  const proxy = await listening(createServer((_, response) => response.writeHead(407).end()));
  await expect(through(`http://${proxy}`, "http://registry.test/")).rejects.toMatchObject({
    reason: "proxy",
  });
});
