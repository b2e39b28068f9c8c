import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problem } from '@oopstream/contracts';
import type { ProblemSlug } from '@oopstream/contracts';
import { accepted, partsOf, run, sendJson, serveHttp } from './cli-bench';
import type { HttpServer, Ran } from './cli-bench';
import { request } from './http-client';
import { watchFolder } from './watch';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const RHEL = '127.0.0.1-2026-11-23-04:12:09';
const DEBIAN = '202611230412';

class EndOfWatch extends Error {}

describe('oopstream send --watch', () => {
  let dir: string;
  let answers: (ProblemSlug | 'accept' | 'not-ours')[];
  let collector: HttpServer;

  const answer: Parameters<typeof serveHttp>[0] = (_, response) => {
    const next = answers.shift() ?? 'accept';
    if (next === 'accept') sendJson(response, 202, accepted(1));
    else if (next === 'not-ours') response.writeHead(404).end('<h1>nginx</h1>');
    else sendJson(response, problem(next).status, problem(next));
  };
  const put = (path: string, text = 'Oops', ageMs = 60_000) => {
    const file = join(dir, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, new Date(NOW_MS - ageMs), new Date(NOW_MS - ageMs));
  };
  const target = () => ({ OOPSTREAM_URL: collector.url, OOPSTREAM_TOKEN: 'oops_a_b' });
  const once = (): Promise<Ran> =>
    run(['send', '--watch', dir, '--once'], { env: target(), nowMs: () => NOW_MS });
  /** Watches until it has paused as often as there are `pauses`, each of which says what happens meanwhile. */
  const watch = (...pauses: (() => void | Promise<void>)[]): Promise<number[]> => {
    const waitedMs: number[] = [];
    const watching = run(['send', '--watch', dir, '--every', '7'], {
      env: target(),
      nowMs: () => NOW_MS,
      pause: async (ms) => {
        waitedMs.push(ms);
        const meanwhile = pauses.shift();
        if (meanwhile === undefined) throw new EndOfWatch();
        await meanwhile();
      },
    });
    return watching.then(
      () => Promise.reject(new Error('a watch never ends')),
      (error: unknown) => {
        if (!(error instanceof EndOfWatch)) throw error;
        return waitedMs;
      },
    );
  };
  const sentFiles = async (): Promise<string[][]> =>
    (await Promise.all(collector.seen.map(partsOf))).map((post) => post.texts.map((text) => text.name));
  const remembered = () =>
    JSON.parse(readFileSync(join(dir, '.oopstream-sent.json'), 'utf8')) as Record<string, string>;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'oopstream-watch-'));
    answers = [];
    collector = await serveHttp(answer);
  });
  afterEach(async () => {
    await collector.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('sends each crash of both distributions once, whatever starts anew', async () => {
    put(`${RHEL}/vmcore-dmesg.txt`);
    put(`${RHEL}/kexec-dmesg.log`);
    put(`${RHEL}/vmcore`);
    put(`${DEBIAN}/dmesg.${DEBIAN}`);
    put(`${DEBIAN}/dump.${DEBIAN}`);
    put('kexec_cmd');
    const first = await once();
    expect(first).toEqual({
      exitCode: 0,
      err: '',
      out: `accepted  ${RHEL}\naccepted  ${DEBIAN}\n`,
    });
    expect(await sentFiles()).toEqual([['vmcore-dmesg.txt'], [`dmesg.${DEBIAN}`]]);
    expect(await once()).toEqual({ exitCode: 0, err: '', out: '' });
    expect(collector.seen).toHaveLength(2);
    expect(remembered()).toEqual({ [RHEL]: 'accepted', [DEBIAN]: 'accepted' });
  });

  it('sends a text that was cut off, but not beside the whole one', async () => {
    put('a/vmcore-dmesg-incomplete.txt');
    put('b/vmcore-dmesg-incomplete.txt');
    put('b/vmcore-dmesg.txt');
    await once();
    expect(await sentFiles()).toEqual([['vmcore-dmesg-incomplete.txt'], ['vmcore-dmesg.txt']]);
  });

  it('sends the texts of a folder as one crash, and one lying by itself as another', async () => {
    put('crash-1/vmcore-dmesg.txt');
    put('crash-1/session.txt');
    put('console.log');
    await once();
    expect(await sentFiles()).toEqual([['console.log'], ['session.txt', 'vmcore-dmesg.txt']]);
  });

  it.each([
    ['the log of the dump kernel alone', 'kexec-dmesg.log', 'text'],
    ['an empty text', 'vmcore-dmesg.txt', ''],
  ])('leaves a folder alone that holds %s', async (_, name, text) => {
    put(`${RHEL}/${name}`, text);
    expect(await once()).toEqual({ exitCode: 0, err: '', out: '' });
    expect(collector.seen).toEqual([]);
  });

  it('waits for a text that is still being written', async () => {
    put(`${RHEL}/vmcore-dmesg.txt`, 'Oops', 4_999);
    await watch(() => {
      expect(collector.seen).toEqual([]);
      put(`${RHEL}/vmcore-dmesg.txt`, 'Oops', 5_000);
    });
    expect(await sentFiles()).toEqual([['vmcore-dmesg.txt']]);
  });

  it('tries again what a full collector refused, until it is taken', async () => {
    put(`${RHEL}/vmcore-dmesg.txt`);
    answers = ['log-unavailable', 'rate-limited', 'accept'];
    const waitedMs = await watch(
      () => undefined,
      () => undefined,
      () => undefined,
    );
    expect(waitedMs).toEqual([7_000, 7_000, 7_000, 7_000]);
    expect(collector.seen).toHaveLength(3);
    expect(remembered()).toEqual({ [RHEL]: 'accepted' });
  });

  it('tries again when nothing listened', async () => {
    put(`${RHEL}/vmcore-dmesg.txt`);
    const port = Number(new URL(collector.url).port);
    await collector.close();
    await watch(async () => {
      collector = await serveHttp(answer, port);
    });
    expect(collector.seen).toHaveLength(1);
    expect(remembered()).toEqual({ [RHEL]: 'accepted' });
  });

  it('remembers what will never be taken, and says so with its exit code once', async () => {
    put(`${RHEL}/vmcore-dmesg.txt`);
    answers = ['body-too-large'];
    const first = await once();
    expect(first.exitCode).toBe(1);
    expect(first.err).toBe('oopstream: 1 refused for good\n');
    expect(first.out).toBe(`refused: The body exceeds the limit (413 body-too-large)  ${RHEL}\n`);
    expect(await once()).toEqual({ exitCode: 0, err: '', out: '' });
    expect(collector.seen).toHaveLength(1);
  });

  it.each(['token-unknown', 'host-mismatch', 'request-incomplete', 'not-ours'] as const)(
    'keeps a crash that met %s: that is mended elsewhere',
    async (slug) => {
      put(`${RHEL}/vmcore-dmesg.txt`);
      answers = [slug];
      const first = await once();
      expect(first.exitCode).toBe(1);
      expect(first.err).toBe('oopstream: 1 not sent: run again\n');
      expect(await once()).toMatchObject({ exitCode: 0, out: `accepted  ${RHEL}\n` });
    },
  );

  it('does not say the same of a crash at every look', async () => {
    put(`${RHEL}/vmcore-dmesg.txt`);
    answers = ['overloaded', 'overloaded', 'log-unavailable', 'accept'];
    const lines: string[] = [];
    let looks = 0;
    const watching = watchFolder({
      dir,
      everyMs: 1,
      settleMs: 1,
      once: false,
      send: () => request({ url: collector.url, token: 't' }, 'POST', '/v1/transcripts'),
      say: (line) => lines.push(line.split('  ')[0]!),
      nowMs: () => NOW_MS,
      pause: () => (++looks < 4 ? Promise.resolve() : Promise.reject(new EndOfWatch())),
    });
    await expect(watching).rejects.toBeInstanceOf(EndOfWatch);
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toBe('accepted');
  });

  it.each(['{', '[1]', '{"a": 1}'])('stops at a record of sent crashes that reads %s', async (text) => {
    put('a/vmcore-dmesg.txt');
    writeFileSync(join(dir, '.oopstream-sent.json'), text);
    const { exitCode, err } = await once();
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^oopstream: cannot read .*\.oopstream-sent\.json: .+\n$/);
    expect(collector.seen).toEqual([]);
  });
});
