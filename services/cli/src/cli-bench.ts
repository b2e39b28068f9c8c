import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import type { CliIo } from './cli-io';
import { runCli } from './program';

/** Whatever runs a command in a test: what it said and how it ended. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, in an empty environment where `io` names no other. */
export async function run(args: readonly string[], io: Partial<CliIo> = {}): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const said = Promise.all([text(stdout), text(stderr)]);
  const exitCode = await runCli(args, {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: {},
    cwd: tmpdir(),
    nowMs: Date.now,
    pause: () => Promise.reject(new Error('this test waits for nothing')),
    ...io,
  }).finally(() => {
    stdout.end();
    stderr.end();
  });
  const [out, err] = await said;
  return { exitCode, out, err };
}

/** One request as a server of a test saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly bytes: Buffer;
  readonly contentType: string;
}

export interface HttpServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  readonly close: () => Promise<void>;
}

/** A real HTTP server on a port of its own; `0` of `port` takes a free one. */
export async function serveHttp(
  answer: (seen: Seen, response: ServerResponse) => void,
  port = 0,
): Promise<HttpServer> {
  const seen: Seen[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const one: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'] ?? '',
      bytes: await buffer(request),
    };
    seen.push(one);
    answer(one, response);
  };
  return listen((request, response) => void take(request, response), seen, port);
}

/** Like {@link serveHttp}, with the request as it comes off the wire. */
export async function listen(
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
  seen: readonly Seen[] = [],
  port = 0,
): Promise<HttpServer> {
  const server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The parts of a multipart request, read by the platform's own parser: the context, then the texts. */
export async function partsOf(
  one: Seen,
): Promise<{ context: unknown; texts: { name: string; text: string }[] }> {
  const form = await new Response(new Uint8Array(one.bytes), {
    headers: { 'content-type': one.contentType },
  }).formData();
  const [context, ...texts] = [...form.values()];
  return {
    context: JSON.parse(await asText(context)) as unknown,
    texts: await Promise.all(
      texts.map(async (part) => ({
        name: part instanceof File ? part.name : '',
        text: await asText(part),
      })),
    ),
  };
}

function asText(part: File | string | undefined): Promise<string> {
  return part instanceof File ? part.text() : Promise.resolve(part ?? '');
}

/** The answer 202 to as many texts. */
export function accepted(count: number): unknown {
  const one = (index: number) => ({
    id: `${index}`.padStart(32, '0'),
    sizeBytes: 1,
    sha256: 'ab',
    fileName: null,
  });
  return { host: 'web-17', bundle: null, transcripts: Array.from({ length: count }, (_, i) => one(i)) };
}
