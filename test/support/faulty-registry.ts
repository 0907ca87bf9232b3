// A registry that gives a layout and fails as it is told to: what the real one does only on bad days.
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LayoutMaker } from '#test/support/image-shelf.ts';

export interface FaultyRegistry {
  readonly address: string;
  /** Method, path, range and authorization of each request. */
  readonly heard: { readonly path: string; readonly range: string; readonly authorization: string }[];
  stop(): Promise<void>;
}

/** True: it has answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse, count: number) => boolean;

export async function startFaultyRegistry(
  layout: LayoutMaker,
  tags: Readonly<Record<string, string>>,
  fault: Fault = () => false,
  host = '127.0.0.1',
): Promise<FaultyRegistry> {
  const heard: { path: string; range: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const { range = '', authorization = '' } = request.headers;
    heard.push({ path, range, authorization });
    const count = heard.filter((one) => one.path === path).length;
    if (fault(request, response, count)) return;
    const [, kind, reference = ''] = /\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    const file = layout.pathOf(tags[reference] ?? reference);
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
      return void response.writeHead(path === '/v2/' ? 200 : 404).end();
    const content = readFileSync(file);
    const type = kind === 'manifests' ? (JSON.parse(content.toString()) as { mediaType: string }).mediaType : 'x/y';
    const first = Number(/^bytes=(\d+)-/.exec(range)?.[1] ?? 0);
    const headers = { 'content-type': type, 'content-length': content.length - first };
    if (first > 0) response.writeHead(206, { ...headers, 'content-range': `bytes ${first}-${content.length - 1}/*` });
    else response.writeHead(200, headers);
    response.end(content.subarray(first));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `${host}:${port}`,
    heard,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
