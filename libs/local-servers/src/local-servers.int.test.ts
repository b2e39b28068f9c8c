import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@oopstream/testkit';
import { startPostgres, startRedis } from './index';
import { ask } from './loopback';
import { fallbackDir, openServerDir } from './postgres-user';
import { startServerProcess } from './server-process';

const isRoot = process.getuid?.() === 0;

function isAlive(pid: number): boolean {
  // A zombie that nobody reaps has ended too.
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z ');
}

describe('local servers', () => {
  let parent: string;
  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'oopstream-servers-'));
    // Or user postgres could not reach it, and its files would go to /var/tmp.
    chmodSync(parent, 0o755);
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('starts PostgreSQL, which survives SIGKILL and starts again on the same directory and port', async () => {
    const dir = join(parent, 'postgres');
    const first = await startPostgres({ dir, fsync: false });
    expect(await ask(first.port, 'x')).not.toBe('');
    await first.kill();
    expect(isAlive(first.pid)).toBe(false);
    const second = await startPostgres({ dir, fsync: false, port: first.port });
    expect(second.url).toBe(first.url);
    await second.stop();
    await second.stop();
    expect(isAlive(second.pid)).toBe(false);
    expect(readFileSync(second.logFile, 'utf8')).toContain('database system is shut down');
  });

  it('is not deceived by a lock file whose process is another program by now', async () => {
    const dir = join(parent, 'reused-pid');
    const first = await startPostgres({ dir, fsync: false });
    const lock = join(first.dataDir, 'cluster', 'postmaster.pid');
    const lines = readFileSync(lock, 'utf8').split('\n');
    await first.kill();
    writeFileSync(lock, [String(process.pid), ...lines.slice(1)].join('\n'));
    const second = await startPostgres({ dir, fsync: false });
    await second.stop();
  });

  it('keeps the password of a cluster to its owner', async () => {
    const server = await startPostgres({ dir: join(parent, 'secret'), fsync: false });
    await server.stop();
    expect(statSync(join(server.dataDir, 'password')).mode & 0o077).toBe(0);
    expect(new URL(server.url).password).toMatch(/^[0-9a-f]{32}$/);
  });

  it('starts Redis, with an append-only file where asked for', async () => {
    const dir = join(parent, 'redis');
    const first = await startRedis({ dir, appendonly: true });
    expect(await ask(first.port, 'SET kept yes\r\n')).toBe('+OK\r\n');
    await first.stop();
    const second = await startRedis({ dir, appendonly: true, port: first.port });
    expect(await ask(second.port, 'GET kept\r\n')).toBe('$3\r\nyes\r\n');
    await second.kill();
  });

  it('says in one line what is missing', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = parent;
    try {
      await expect(startRedis({ dir: join(parent, 'none') })).rejects.toThrow(
        /^redis-server is missing: apt-get install redis-server$/,
      );
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('shows the end of the log of a server that ends while it starts', async () => {
    const options = {
      ...{ name: 'false-start', command: '/bin/sh', args: ['-c', 'echo no such setting; exit 3'] },
      ...{ logFile: join(parent, 'false-start.log'), isReady: () => Promise.resolve(false) },
    };
    await expect(startServerProcess(options)).rejects.toThrow('no such setting');
  });

  it('kills a server that does not stop when asked to', async () => {
    const server = await startServerProcess({
      name: 'stubborn',
      command: '/bin/sh',
      args: ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done'],
      logFile: join(parent, 'stubborn.log'),
      isReady: () => Promise.resolve(readFileSync(join(parent, 'stubborn.log'), 'utf8').includes('ready')),
      stopTimeoutMs: 200,
    });
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  it('leaves no server behind when its process is killed', async () => {
    const script = `
      const { startServerProcess } = require(${JSON.stringify(require.resolve('../dist/server-process.js'))});
      startServerProcess({ name: 'orphan', command: '/bin/sleep', args: ['600'],
        logFile: ${JSON.stringify(join(parent, 'orphan.log'))}, isReady: async () => true,
      }).then((server) => { console.log(server.pid); setInterval(() => undefined, 1000); });`;
    const owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });

  if (isRoot)
    it('goes to /var/tmp where the user that PostgreSQL runs as cannot reach the directory', () => {
      const hidden = mkdtempSync(join(tmpdir(), 'oopstream-hidden-'));
      const dir = join(hidden, 'below');
      try {
        expect(openServerDir(dir, { uid: 65_534, gid: 65_534 })).toBe(fallbackDir(dir));
        expect(statSync(fallbackDir(dir)).uid).toBe(65_534);
        expect(() => openServerDir(dir, { uid: 65_533, gid: 65_533 })).toThrow('belongs to another user');
      } finally {
        rmSync(fallbackDir(dir), { recursive: true, force: true });
        rmSync(hidden, { recursive: true, force: true });
      }
    });
  else
    it('uses the directory itself, and as ourselves, where we are not root', () => {
      const dir = join(parent, 'own');
      expect(openServerDir(dir, undefined)).toBe(dir);
      expect(statSync(dir).mode & 0o077).toBe(0);
    });
});
