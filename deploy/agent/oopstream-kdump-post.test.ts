import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostContextSchema } from '@oopstream/contracts';
import { Host, MACHINE_ID, dmesg, startServer } from './agent-bench';
import type { Server } from './agent-bench';

const FOLDER = 'var/crash/127.0.0.1-2026-11-23-15:57:17';
const BOOT_1 = 'aaaaaaaa-0000-4000-8000-000000000001';
const HOUR_S = 3_600;

// Many short programs a test: slow on a busy machine.
jest.setTimeout(60_000);

describe.each(['/bin/dash', '/bin/bash'])('oopstream-kdump-post under %s', (shell) => {
  let server: Server;
  let host: Host;
  beforeEach(async () => {
    server = await startServer();
    host = new Host(shell);
    host.configure(server.url, 'kdump_max_time=2');
  });
  afterEach(async () => {
    await server.close();
    host.remove();
  });
  const post = (path?: string) => host.run('oopstream-kdump-post', ['0'], path === undefined ? {} : { path });
  /** The dump's initramfs with the host's root mounted, and the text of this crash beside an older one. */
  const crash = () => {
    host.write(
      'kdumproot/var/crash/127.0.0.1-2026-11-20-01:00:00/vmcore-dmesg.txt',
      dmesg('old'),
      90 * HOUR_S,
    );
    host.age('kdumproot/var/crash/127.0.0.1-2026-11-20-01:00:00', 90 * HOUR_S);
    host.write(`kdumproot/${FOLDER}/vmcore-dmesg.txt`, dmesg('new'));
    host.write(`kdumproot/${FOLDER}/vmcore-incomplete`, 'a dump that failed');
  };
  /** The host boots: what was below /kdumproot is at its place. */
  const reboot = () => {
    mkdirSync(host.path('var'), { recursive: true });
    renameSync(host.path('kdumproot/var/crash'), host.path('var/crash'));
    host.age(`${FOLDER}/vmcore-incomplete`, HOUR_S);
  };

  it('sends the text of this crash, and the boot after it does not again', async () => {
    host.bootInto(BOOT_1, 9 * HOUR_S);
    await host.run('oopstream-send', ['record-boot']);
    mkdirSync(host.path('kdumproot/var/lib'), { recursive: true });
    renameSync(host.path('var/lib/oopstream-agent'), host.path('kdumproot/var/lib/oopstream-agent'));
    crash();
    expect(await post()).toMatchObject({ code: 0 });
    expect(server.posted.map(({ text }) => text.toString())).toEqual([dmesg('new')]);
    const context = hostContextSchema.parse(server.posted[0]!.context);
    expect(context).toMatchObject({ machineId: MACHINE_ID, bootId: BOOT_1, source: 'vmcore-dmesg' });
    reboot();
    await host.run('oopstream-send');
    expect(server.posted.map(({ text }) => text.toString())).toEqual([dmesg('new'), dmesg('old')]);
  });

  it('leaves to the boot what it could not send, under the same key', async () => {
    crash();
    server.answerWith({ status: 503 }, { status: 202 });
    expect(await post()).toMatchObject({ code: 0 });
    reboot();
    await host.run('oopstream-send');
    const keys = server.posted.map(({ headers }) => headers['idempotency-key']);
    expect(keys.filter((key) => key === keys[0])).toHaveLength(2);
    expect(host.markers('sent')).toHaveLength(2);
  });

  it('takes the folder that kdump.conf names, on a partition of its own', async () => {
    host.write('etc/kdump.conf', 'ext4 UUID=…\npath /dumps\ncore_collector makedumpfile -l\n');
    host.write('kdumproot/data/dumps/127.0.0.1-2026-11-23-15:57:17/vmcore-dmesg.txt', dmesg());
    await post();
    expect(server.posted).toHaveLength(1);
  });

  it('finds the machine-id below the mounted root when its own is none', async () => {
    crash();
    host.write('etc/machine-id', 'uninitialized\n');
    host.write('kdumproot/etc/machine-id', `${MACHINE_ID}\n`);
    await post();
    expect(server.posted[0]!.context).toMatchObject({ machineId: MACHINE_ID });
  });

  it('succeeds in time when the server accepts a connection and says nothing', async () => {
    crash();
    server.answerWith(null);
    const run = await post();
    expect(run.code).toBe(0);
    expect(run.tookMs).toBeLessThan(12_000);
    expect(existsSync(host.path(`kdumproot/${FOLDER}/.oopstream-accepted`))).toBe(false);
  });

  it('succeeds in time when a program it calls hangs', async () => {
    crash();
    mkdirSync(host.path('bin'));
    writeFileSync(host.path('bin/curl'), '#!/bin/sh\nexec sleep 20\n');
    chmodSync(host.path('bin/curl'), 0o755);
    const run = await post(host.path('bin'));
    expect(run.code).toBe(0);
    expect(run.tookMs).toBeLessThan(12_000);
  });

  it('succeeds, and fast, without a text, a token, settings, a server or curl', async () => {
    expect(await post()).toMatchObject({ code: 0 });
    crash();
    host.configure('http://127.0.0.1:1', 'kdump_max_time=2');
    expect(await post()).toMatchObject({ code: 0 });
    rmSync(host.path('etc/oopstream/token'));
    expect(await post()).toMatchObject({ code: 0 });
    rmSync(host.path('etc/oopstream/agent.conf'));
    const run = await post();
    expect(run.code).toBe(0);
    expect(run.tookMs).toBeLessThan(8_000);
    expect(server.posted).toEqual([]);
  });
});
