import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const MACHINE_ID = '0123456789abcdef0123456789abcdef';
export const TOKEN = 'oops_01hzx_s3cr3t-Token';

/** What the server got in one POST. */
export interface Posted {
  readonly headers: Readonly<Record<string, string>>;
  readonly context: unknown;
  readonly text: Buffer;
  readonly fileName: string;
  readonly mediaType: string;
}

/** A collector's front, a real HTTP server: keeps what it gets and answers as told. */
export interface Server {
  readonly url: string;
  readonly posted: readonly Posted[];
  /** What it answers, in turn; the last for ever. At first 202 for ever. `null`: nothing, until it closes. */
  answerWith(...answers: readonly (Answer | null)[]): void;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startServer(port = 0): Promise<Server> {
  const posted: Posted[] = [];
  let answers: readonly (Answer | null)[] = [{ status: 202 }];
  let count = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      void readForm(headers, Buffer.concat(chunks)).then((form) => {
        posted.push({ headers, ...form });
        count += 1;
        answer(response, answers[Math.min(count, answers.length) - 1]!);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    answerWith(...next) {
      answers = next;
      count = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, how: Answer | null): void {
  if (how === null) return;
  response
    .writeHead(how.status, { 'content-type': 'application/problem+json', ...how.headers })
    .end(JSON.stringify({ reason: how.reason ?? 'none' }));
}

async function readForm(headers: Readonly<Record<string, string>>, body: Buffer) {
  const form = await new Response(new Uint8Array(body), { headers }).formData();
  const context = form.get('context');
  const text = form.get('text');
  if (!(context instanceof Blob) || !(text instanceof File)) throw new Error('the form lacks a part');
  return {
    context: JSON.parse(await context.text()) as unknown,
    text: Buffer.from(await text.arrayBuffer()),
    fileName: text.name,
    mediaType: text.type,
  };
}

/** What a run of the agent came to. */
export interface Run {
  readonly code: number;
  readonly stderr: string;
  readonly stdout: string;
  readonly tookMs: number;
}

/** A host's files below a folder of their own. */
export class Host {
  readonly root = mkdtempSync(join(tmpdir(), 'oopstream-agent-'));

  constructor(private readonly shell: string) {
    this.write('etc/machine-id', `${MACHINE_ID}\n`);
    this.write('etc/hostname', 'web-17.example.com\n');
    this.write('etc/oopstream/token', `${TOKEN}\n`);
    chmodSync(this.path('etc/oopstream/token'), 0o600);
    this.write('sys/class/dmi/id/product_name', 'PowerEdge R760 "rev 2"\n');
    this.bootInto('aaaaaaaa-0000-4000-8000-000000000001', 100);
    mkdirSync(this.path('tmp'));
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** @param ageSeconds how long ago it was written last */
  write(name: string, content: string | Buffer, ageSeconds = 0): void {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    this.age(name, ageSeconds);
  }

  age(name: string, ageSeconds: number): void {
    const atSeconds = Date.now() / 1_000 - ageSeconds;
    utimesSync(this.path(name), atSeconds, atSeconds);
  }

  configure(url: string, ...lines: readonly string[]): void {
    this.write('etc/oopstream/agent.conf', ['# settings', '', `url=${url}/`, ...lines, ''].join('\n'));
  }

  /** The kernel's word on which boot this is, and since when. */
  bootInto(bootId: string, uptimeSeconds: number): void {
    this.write('proc/sys/kernel/random/boot_id', `${bootId}\n`);
    this.write('proc/uptime', `${uptimeSeconds}.42 1000.00\n`);
  }

  markers(kind: 'sent' | 'refused' | 'retry'): readonly string[] {
    const dir = this.path(`var/lib/oopstream-agent/${kind}`);
    return existsSync(dir) ? readdirSync(dir) : [];
  }

  /** @param options `limitKb`: of virtual memory; `path`: searched for programs before the usual ones */
  run(
    program: 'oopstream-send' | 'oopstream-kdump-post',
    args: readonly string[] = ['boot'],
    options: { readonly limitKb?: number; readonly path?: string } = {},
  ): Promise<Run> {
    const limit = options.limitKb === undefined ? '' : `ulimit -v ${options.limitKb}; `;
    const path = `${options.path === undefined ? '' : `${options.path}:`}/usr/sbin:/usr/bin:/sbin:/bin`;
    const command = [
      this.shell,
      '-c',
      `${limit}exec "$0" "$@"`,
      this.shell,
      join(__dirname, program),
      ...args,
    ];
    const startedAtMs = Date.now();
    return new Promise((resolve) => {
      execFile(
        command[0]!,
        command.slice(1),
        { env: { PATH: path, HOME: this.root, OOPSTREAM_AGENT_ROOT: this.root }, encoding: 'utf8' },
        (error, stdout, stderr) =>
          resolve({
            code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
            stdout,
            stderr,
            tookMs: Date.now() - startedAtMs,
          }),
      );
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A crash's text as kdump saves it. */
export const dmesg = (comm = 'usb-tool') =>
  `[   12.345678] stack segment: 0000 [#1] SMP\n[   12.345679] CPU: 1 PID: 4242 Comm: ${comm}\n`;
