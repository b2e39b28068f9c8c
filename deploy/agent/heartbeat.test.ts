import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { heartbeatsSchema } from '@oopstream/contracts';
import { Host, MACHINE_ID, TOKEN } from './agent-bench';

const BOOT = 'bbbbbbbb-0000-4000-8000-000000000002';

// Many short programs a test: slow on a busy machine.
jest.setTimeout(60_000);

describe.each(['/bin/dash', '/bin/bash'])('heartbeats under %s', (shell) => {
  let api: Server;
  let url: string;
  let host: Host;
  let status = 200;
  const posted: { path: string; authorization: string; body: unknown }[] = [];
  beforeEach(async () => {
    status = 200;
    posted.length = 0;
    api = createServer((request, response) => {
      void buffer(request).then((bytes) => {
        const { url: path = '', headers } = request;
        const authorization = headers.authorization ?? '';
        posted.push({ path, authorization, body: JSON.parse(bytes.toString()) as unknown });
        response.writeHead(status).end('{"reason":"scope-missing"}');
      });
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    host = new Host(shell);
    host.configure('http://collector.invalid', `api_url=${url}/`, 'labels=rack=r12');
  });
  afterEach(async () => {
    host.remove();
    await new Promise((resolve) => api.close(resolve));
  });
  const beat = () => host.run('oopstream-send', ['heartbeat']);

  it('tell the API what the host is and runs', async () => {
    host.bootInto(BOOT, 1234);
    host.write('proc/sys/kernel/osrelease', '6.1.0-18-amd64\n');
    host.write('sys/class/dmi/id/bios_version', '2.1.8\n');
    host.write('sys/kernel/kexec_crash_loaded', '1\n');
    host.write('sys/kernel/livepatch/livepatch_a/enabled', '1\n');
    host.write('sys/kernel/livepatch/livepatch_b/enabled', '0\n');
    host.write('sys/kernel/livepatch/livepatch_c/enabled', '1\n');
    host.write('proc/modules', 'zfs 4816896 6 - Live 0x0 (POE)\nspl 131072 1 zfs, Live 0x0 (OE)\n');
    expect(await beat()).toMatchObject({ code: 0, stderr: '', stdout: '' });
    expect(posted).toMatchObject([{ path: '/v1/census', authorization: `Bearer ${TOKEN}` }]);
    expect(heartbeatsSchema.parse([posted[0]!.body])).toEqual([
      {
        machineId: MACHINE_ID,
        host: 'web-17.example.com',
        release: '6.1.0-18-amd64',
        model: 'PowerEdge R760 rev 2',
        bios: '2.1.8',
        bootId: BOOT,
        uptimeSeconds: 1234,
        kdumpReady: true,
        livepatches: ['livepatch_a', 'livepatch_c'],
        modules: ['zfs', 'spl'],
        labels: { rack: 'r12' },
      },
    ]);
  });

  describe('after a reboot', () => {
    const OLD_BOOT = 'aaaaaaaa-0000-4000-8000-000000000001';
    const lastBoot = async () => {
      expect(await beat()).toMatchObject({ code: 0, stderr: '' });
      const [parsed] = heartbeatsSchema.parse([posted.at(-1)!.body]);
      return [parsed?.lastBootId, parsed?.lastShutdown];
    };
    const bootInto = async (boot: string, uptime: number) => {
      host.bootInto(boot, uptime);
      expect(await host.run('oopstream-send', ['record-boot'])).toMatchObject({ code: 0, stderr: '' });
    };
    const shutDown = async () =>
      expect(await host.run('oopstream-send', ['record-shutdown'])).toMatchObject({ code: 0, stderr: '' });

    it('say that the boot before broke off, or that it was shut down', async () => {
      await bootInto(OLD_BOOT, 5000);
      expect(await lastBoot()).toEqual([undefined, undefined]);
      await bootInto(BOOT, 100);
      expect(await lastBoot()).toEqual([OLD_BOOT, 'dirty']);
      await shutDown();
      await bootInto('cccccccc-0000-4000-8000-000000000003', 10);
      expect(await lastBoot()).toEqual([BOOT, 'clean']);
    });

    it('do not take a stopped unit for a shutdown', async () => {
      await bootInto(OLD_BOOT, 5000);
      await shutDown();
      await beat();
      await bootInto(BOOT, 100);
      expect(await lastBoot()).toEqual([OLD_BOOT, 'dirty']);
    });

    it('say nothing of a boot that nobody watched', async () => {
      await bootInto(OLD_BOOT, 5000);
      rmSync(host.path('var/lib/oopstream-agent/shutdown'), { recursive: true });
      await bootInto(BOOT, 100);
      expect(await lastBoot()).toEqual([undefined, undefined]);
    });
  });

  it('leave out what a host does not tell', async () => {
    host.write('proc/uptime', '\n');
    host.write('proc/sys/kernel/random/boot_id', 'none\n');
    expect(await beat()).toMatchObject({ code: 0, stderr: '' });
    const [parsed] = heartbeatsSchema.parse([posted[0]!.body]);
    expect(parsed).toMatchObject({ livepatches: [] });
    expect(Object.keys(parsed!).sort()).toEqual([
      'host',
      'labels',
      'livepatches',
      'machineId',
      'model',
      'release',
    ]);
  });

  it('name so many modules as are taken, and none that would break the text', async () => {
    const names = Array.from({ length: 600 }, (_, n) => `module_${n}`);
    const odd = ['a"b', 'c\\d', 'x'.repeat(65)];
    host.write('proc/modules', [...odd, ...names].map((name) => `${name} 16384 0 - Live 0x0\n`).join(''));
    expect(await beat()).toMatchObject({ code: 0, stderr: '' });
    const [parsed] = heartbeatsSchema.parse([posted[0]!.body]);
    expect(parsed?.modules).toEqual(names.slice(0, 512));
  });

  it('wait for the next one where the API is away, and fail where it refuses', async () => {
    status = 503;
    expect(await beat()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('503 scope-missing, the next one comes by itself') as string,
    });
    status = 403;
    expect(await beat()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('refused: 403 scope-missing') as string,
    });
    host.configure('http://collector.invalid', 'api_url=http://127.0.0.1:9');
    expect(await beat()).toMatchObject({ code: 0 });
  });

  it('need the address of the API', async () => {
    host.configure(url);
    expect(await beat()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('api_url must be its http(s) address') as string,
    });
    expect(posted).toEqual([]);
  });
});
