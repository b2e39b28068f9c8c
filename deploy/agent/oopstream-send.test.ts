import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { hostContextSchema } from '@oopstream/contracts';
import { Host, MACHINE_ID, TOKEN, dmesg, startServer } from './agent-bench';
import type { Server } from './agent-bench';

const RHEL = 'var/crash/127.0.0.1-2026-11-23-15:57:17';
const DEBIAN = 'var/crash/202611231557';
const BOOT_1 = 'aaaaaaaa-0000-4000-8000-000000000001';
const BOOT_2 = 'bbbbbbbb-0000-4000-8000-000000000002';
const HOUR_S = 3_600;

// Many short programs a test: slow on a busy machine.
jest.setTimeout(60_000);

describe.each(['/bin/dash', '/bin/bash'])('oopstream-send under %s', (shell) => {
  let server: Server;
  let host: Host;
  beforeEach(async () => {
    server = await startServer();
    host = new Host(shell);
    host.configure(server.url);
  });
  afterEach(async () => {
    await server.close();
    host.remove();
  });
  const send = () => host.run('oopstream-send');

  it('sends a RHEL crash folder once, with what it knows of the host', async () => {
    host.configure(server.url, 'labels="env=prod Rack=B-12 _=x bad"');
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), 2 * HOUR_S);
    host.write(`${RHEL}/vmcore`, 'KDUMP', 2 * HOUR_S);
    host.write(`${RHEL}/kexec-dmesg.log`, 'the dump kernel', 2 * HOUR_S);
    expect(await send()).toMatchObject({ code: 0 });
    expect(await send()).toMatchObject({ code: 0, stderr: '' });
    expect(server.posted).toHaveLength(1);
    const { headers, context, text, fileName, mediaType } = server.posted[0]!;
    expect(text.toString()).toBe(dmesg());
    expect([fileName, mediaType]).toEqual(['vmcore-dmesg.txt', 'text/plain']);
    expect(headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'idempotency-key': `crash/127.0.0.1-2026-11-23-15:57:17/vmcore-dmesg.txt/${dmesg().length}`,
    });
    const parsed = hostContextSchema.parse(context);
    expect(parsed).toMatchObject({
      machineId: MACHINE_ID,
      host: 'web-17.example.com',
      model: 'PowerEdge R760 rev 2',
      source: 'vmcore-dmesg',
      labels: { env: 'prod', rack: 'B-12', bad: 'bad' },
    });
    expect(Math.abs(Date.parse(parsed.occurredAt!) - (Date.now() - 2 * HOUR_S * 1_000))).toBeLessThan(5_000);
    expect(host.markers('sent')).toHaveLength(1);
  });

  it('sends a Debian crash folder once', async () => {
    host.write(`${DEBIAN}/dmesg.202611231557`, dmesg(), HOUR_S);
    host.write(`${DEBIAN}/dump.202611231557`, 'KDUMP', HOUR_S);
    host.write('var/crash/kexec_cmd', '/sbin/kexec -p …');
    await send();
    await send();
    expect(server.posted.map(({ text, fileName }) => [text.toString(), fileName])).toEqual([
      [dmesg(), 'dmesg.202611231557'],
    ]);
  });

  it('knows the boot that crashed and its kernel from the records of each boot', async () => {
    host.bootInto(BOOT_1, 9 * HOUR_S);
    expect(await host.run('oopstream-send', ['record-boot'])).toMatchObject({ code: 0, stderr: '' });
    await host.run('oopstream-send', ['record-boot']);
    host.bootInto(BOOT_2, 100);
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), HOUR_S);
    await send();
    const context = hostContextSchema.parse(server.posted[0]!.context);
    expect(context.bootId).toBe(BOOT_1);
    expect(context.kernelRelease).toMatch(/^\d+\.\d+/);
  });

  it('names no boot for a crash older than its records', async () => {
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), 99 * HOUR_S);
    await send();
    expect(server.posted[0]!.context).not.toHaveProperty('bootId');
  });

  it('comes again after a 503 under the same key, but not before its wait is over', async () => {
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), HOUR_S);
    server.answerWith({ status: 503, reason: 'log-unavailable' }, { status: 202 });
    const refused = await send();
    expect(refused.code).toBe(0);
    expect(refused.stderr).toContain('503 log-unavailable, again in 60 s');
    await send();
    expect(server.posted).toHaveLength(1);
    for (const marker of host.markers('retry'))
      host.write(`var/lib/oopstream-agent/retry/${marker}`, '1 1700000000 503\n');
    await send();
    expect(server.posted).toHaveLength(2);
    expect(server.posted[1]!.headers['idempotency-key']).toBe(server.posted[0]!.headers['idempotency-key']);
    expect([host.markers('sent').length, host.markers('retry').length]).toEqual([1, 0]);
  });

  it('doubles its waits up to the limit, and waits longer when asked to', async () => {
    host.configure(server.url, 'max_delay=200');
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), HOUR_S);
    server.answerWith(
      { status: 503 },
      { status: 503 },
      { status: 503 },
      { status: 429, headers: { 'Retry-After': '900' } },
    );
    const waits: string[] = [];
    for (let run = 1; run <= 4; run += 1) {
      waits.push(/again in (\d+) s/.exec((await send()).stderr)![1]!);
      const [marker] = host.markers('retry');
      host.write(`var/lib/oopstream-agent/retry/${marker}`, `${run} 1700000000 503\n`);
    }
    expect(waits).toEqual(['60', '120', '200', '900']);
  });

  it.each([400, 413, 415, 422])('writes a %i down and never sends that text again', async (status) => {
    host.configure(server.url, 'first_delay=0');
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), HOUR_S);
    server.answerWith({ status, reason: 'idempotency-key-reused' });
    expect(await send()).toMatchObject({ code: 0 });
    await send();
    expect(server.posted).toHaveLength(1);
    expect((await host.run('oopstream-send', ['status'])).stdout).toContain(
      `vmcore-dmesg.txt_${dmesg().length}: ${status} idempotency-key-reused`,
    );
  });

  it.each([200, 301, 401, 403, 404])(
    'tries a %i again, as somebody may heal it, but not for ever',
    async (status) => {
      host.configure(server.url, 'first_delay=0', 'max_refusals=3');
      host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), HOUR_S);
      server.answerWith({ status, reason: 'token-unknown' });
      for (let run = 0; run < 5; run += 1) expect(await send()).toMatchObject({ code: 0 });
      expect(server.posted).toHaveLength(3);
      expect(host.markers('refused')).toHaveLength(1);
    },
  );

  it('succeeds while the server is away, asks once a run, and sends everything later', async () => {
    const { port } = new URL(server.url);
    await server.close();
    host.configure(`http://127.0.0.1:${port}`, 'first_delay=0');
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg('one'), HOUR_S);
    host.write(`${DEBIAN}/dmesg.202611231557`, dmesg('two'), HOUR_S);
    const away = await send();
    expect(away.code).toBe(0);
    expect(away.stderr.match(/again in/g)).toHaveLength(1);
    server = await startServer(Number(port));
    await send();
    expect(server.posted.map(({ text }) => text.toString()).toSorted()).toEqual([dmesg('one'), dmesg('two')]);
  });

  it('waits for a dump that is being written, and takes what a cut-off one left', async () => {
    host.write(`${RHEL}/vmcore-dmesg-incomplete.txt`, dmesg('cut'));
    host.write(`${DEBIAN}/dmesg.202611231557`, dmesg());
    host.write(`${DEBIAN}/dump-incomplete`, 'KDU');
    await send();
    expect(server.posted).toEqual([]);
    host.age(`${RHEL}/vmcore-dmesg-incomplete.txt`, 601);
    host.age(`${DEBIAN}/dump-incomplete`, 601);
    await send();
    expect(server.posted.map(({ fileName }) => fileName).toSorted()).toEqual([
      'dmesg.202611231557',
      'vmcore-dmesg-incomplete.txt',
    ]);
  });

  it('takes the whole text of a folder before the cut one, and no empty file', async () => {
    host.write(`${RHEL}/vmcore-dmesg-incomplete.txt`, dmesg('cut'), HOUR_S);
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg('whole'), HOUR_S);
    host.write(`${DEBIAN}/dmesg.202611231557`, '', HOUR_S);
    await send();
    expect(server.posted.map(({ text }) => text.toString())).toEqual([dmesg('whole')]);
  });

  it('streams a huge text, compressed or not, in little memory', async () => {
    const huge = Buffer.from(dmesg().repeat(400_000));
    expect(huge.length).toBeGreaterThan(32_000_000);
    host.write(`${RHEL}/vmcore-dmesg.txt`, huge, HOUR_S);
    const limit = { limitKb: 200_000 };
    await host.run('oopstream-send', ['boot'], limit);
    expect(server.posted[0]!.mediaType).toBe('application/gzip');
    const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(sha(gunzipSync(server.posted[0]!.text))).toBe(sha(huge));
    rmSync(host.path('var/lib/oopstream-agent'), { recursive: true });
    host.configure(server.url, 'gzip_over_bytes=999999999', 'max_bytes=999999999');
    await host.run('oopstream-send', ['boot'], limit);
    expect(sha(server.posted[1]!.text)).toBe(sha(huge));
  });

  it('does not send what is larger than the limit, and says so', async () => {
    host.configure(server.url, 'max_bytes=10');
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), HOUR_S);
    expect((await send()).stderr).toContain('larger than 10 bytes');
    expect([server.posted.length, host.markers('refused').length]).toEqual([0, 1]);
  });

  it('keeps the token from everybody: out of arguments, out of files that others can read', async () => {
    mkdirSync(host.path('bin'));
    writeFileSync(
      host.path('bin/curl'),
      `#!/bin/sh\necho "$@" >>${host.path('args')}\nexec /usr/bin/curl "$@"\n`,
    );
    chmodSync(host.path('bin/curl'), 0o755);
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), HOUR_S);
    await host.run('oopstream-send', ['boot'], { path: host.path('bin') });
    expect(server.posted).toHaveLength(1);
    const args = readFileSync(host.path('args'), 'utf8');
    expect(args).toContain('--config -');
    expect(args).not.toContain('s3cr3t');
    chmodSync(host.path('etc/oopstream/token'), 0o640);
    expect(await send()).toMatchObject({ code: 2, stderr: expect.stringContaining('chmod 600') as string });
  });

  it.each([
    ['url=ftp://x', 'url must be'],
    ['max_tmie=3', 'no such setting: max_tmie'],
    ['max_time=soon', 'not a whole number'],
  ])('refuses the settings %s', async (line, complaint) => {
    host.configure(server.url, line);
    expect(await send()).toMatchObject({ code: 2, stderr: expect.stringContaining(complaint) as string });
  });

  it('runs once at a time, and takes over the lock of a run that died', async () => {
    host.write(`${RHEL}/vmcore-dmesg.txt`, dmesg(), HOUR_S);
    mkdirSync(host.path('var/lib/oopstream-agent/lock'), { recursive: true });
    const holder = (pid: number, boot: string) =>
      host.write('var/lib/oopstream-agent/lock/holder', `${pid} ${boot}\n`);
    holder(process.pid, BOOT_1);
    expect((await send()).stderr).toContain('another run');
    expect(server.posted).toHaveLength(0);
    holder(process.pid, BOOT_2);
    await send();
    expect(server.posted).toHaveLength(1);
  });
});
