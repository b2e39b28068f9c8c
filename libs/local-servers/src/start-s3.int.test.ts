import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBuildLock } from './build-lock';
import { ask } from './loopback';
import { startS3 } from './start-s3';

describe('startS3', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'oopstream-s3-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('answers on loopback, refuses who has no key, keeps its key over a restart', async () => {
    const server = await startS3({ dir });
    const { password, port } = new URL(server.url);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(403);
    await server.stop();
    expect(await ask(server.port, 'GET / HTTP/1.0\r\n\r\n')).toBeNull();
    const again = await startS3({ dir, port: server.port });
    expect(new URL(again.url).password).toBe(password);
    await again.stop();
    expect(readFileSync(server.logFile, 'utf8')).not.toContain(password);
  });
});

describe('withBuildLock', () => {
  it('lets one at a time in, and takes over from a holder that died', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'oopstream-lock-'));
    const lock = join(dir, 'lock');
    await mkdir(lock);
    // Above the kernel's largest pid: nobody.
    writeFileSync(join(lock, 'pid'), '99999999');
    let inside = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await Promise.resolve();
      inside -= 1;
      return 'done';
    };
    await expect(Promise.all([withBuildLock(lock, work), withBuildLock(lock, work)])).resolves.toEqual([
      'done',
      'done',
    ]);
    rmSync(dir, { recursive: true });
  });
});
