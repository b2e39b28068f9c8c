import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { problem } from '@oopstream/contracts';
import type { ProblemSlug } from '@oopstream/contracts';
import { accepted, listen, partsOf, run, sendJson, serveHttp } from './cli-bench';
import type { HttpServer } from './cli-bench';

describe('oopstream send', () => {
  let cwd: string;
  let refusals: ProblemSlug[];
  let collector: HttpServer;
  const send = (...args: string[]) =>
    run(['send', ...args], { cwd, env: { OOPSTREAM_URL: collector.url, OOPSTREAM_TOKEN: 'oops_a_b' } });

  beforeEach(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'oopstream-send-'));
    writeFileSync(join(cwd, 'vmcore-dmesg.txt'), 'Oops: 0000 [#1]');
    writeFileSync(join(cwd, 'session.txt'), 'crash> bt');
    refusals = [];
    collector = await serveHttp((_, response) => {
      const slug = refusals.shift();
      if (slug === undefined) sendJson(response, 202, accepted(2));
      else sendJson(response, problem(slug).status, problem(slug, 'because'));
    });
  });
  afterEach(async () => {
    await collector.close();
    rmSync(cwd, { recursive: true, force: true });
  });

  it('sends the texts of one crash in one POST, with what the options say of the host', async () => {
    const { exitCode, out, err } = await send(
      ...['--host', 'web-17', '--machine-id', 'f'.repeat(32), '--release', '6.1.0-13-amd64'],
      ...['--boot-id', '2f1d5c1e-6a0b-4c8e-9a53-0d6d3c1f7a11', '--bundle', 'vmcore-dmesg.txt', 'session.txt'],
    );
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toBe(
      `${'0'.repeat(32)}  ${join(cwd, 'vmcore-dmesg.txt')}\n${'0'.repeat(31)}1  ${join(cwd, 'session.txt')}\n`,
    );
    const [one, ...others] = collector.seen;
    expect(others).toEqual([]);
    expect([one!.method, one!.path, one!.authorization]).toEqual([
      'POST',
      '/v1/transcripts',
      'Bearer oops_a_b',
    ]);
    expect(await partsOf(one!)).toEqual({
      context: {
        host: 'web-17',
        machineId: 'f'.repeat(32),
        bootId: '2f1d5c1e-6a0b-4c8e-9a53-0d6d3c1f7a11',
        kernelRelease: '6.1.0-13-amd64',
      },
      texts: [
        { name: 'vmcore-dmesg.txt', text: 'Oops: 0000 [#1]' },
        { name: 'session.txt', text: 'crash> bt' },
      ],
    });
  });

  it('takes each file for a crash of its own without --bundle, and this host for the one that crashed', async () => {
    await send('vmcore-dmesg.txt', 'session.txt');
    const posts = await Promise.all(collector.seen.map(partsOf));
    expect(posts.map((post) => post.texts.map((text) => text.name))).toEqual([
      ['vmcore-dmesg.txt'],
      ['session.txt'],
    ]);
    expect(posts[0]!.context).toEqual({ host: hostname() });
  });

  it('says in one line why it was refused, and still sends the other files', async () => {
    refusals = ['host-mismatch'];
    const { exitCode, out, err } = await send('vmcore-dmesg.txt', 'session.txt');
    expect(exitCode).toBe(1);
    expect(err).toBe(
      `oopstream: ${join(cwd, 'vmcore-dmesg.txt')}: The token is bound to another host: because (403 host-mismatch)\n`,
    );
    expect(out).toContain('session.txt');
  });

  it('says in one line that nothing answers', async () => {
    await collector.close();
    const { exitCode, err } = await send('vmcore-dmesg.txt');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^oopstream: http:\/\/127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED.*\n$/);
  });

  it('says in one line that an answer broke off', async () => {
    const broken = await listen((request, response) => {
      request.resume();
      response.writeHead(202, { 'content-length': '500' }).write('{', () => response.destroy());
    });
    const { exitCode, err } = await send('--url', broken.url, 'vmcore-dmesg.txt').finally(broken.close);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^oopstream: http:.* does not answer: .+\n$/);
  });

  it('shows the refusal of a collector that answers before it has seen the whole of a large file', async () => {
    writeFileSync(join(cwd, 'large.txt'), Buffer.alloc(48 << 20, 'a'));
    const strict = await listen((request, response) => {
      sendJson(response, 413, problem('body-too-large', 'a body may have 16777216 bytes'));
      let leftBytes = 4 << 20;
      request
        .on('error', () => undefined)
        .on('data', (chunk: Buffer) => {
          leftBytes -= chunk.byteLength;
          if (leftBytes < 0) request.destroy();
        });
    });
    const { exitCode, err } = await send('--url', strict.url, 'large.txt').finally(strict.close);
    expect(exitCode).toBe(1);
    expect(err).toBe(
      `oopstream: ${join(cwd, 'large.txt')}: The body exceeds the limit: a body may have 16777216 bytes (413 body-too-large)\n`,
    );
  });

  it.each([
    [[], 'nothing to send'],
    [['nowhere.txt'], 'ENOENT'],
    [['.'], 'is no file'],
    [['--watch', '.', '--every', '0'], '--every 0: seconds, above 0'],
    [['--watch', '.', '--settle', 'soon'], '--settle soon: seconds, above 0'],
    [['--watch', 'nowhere'], 'nowhere does not exist'],
  ])('refuses %j in one line, as wrong usage', async (args, why) => {
    const { exitCode, err } = await send(...args);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^oopstream: [^\n]*\n$/);
    expect(err).toContain(why);
    expect(collector.seen).toEqual([]);
  });
});
