import { hash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { blobKey } from '@oopstream/ports';
import { blobRaceConformance, blobStoreConformance } from '@oopstream/ports/conformance';
import { blobConfigSchema } from './config';
import { openDiskBlobStore } from './disk-blob-store';

const nowMs = () => Date.now();
const keyOf = (bytes: Uint8Array) => blobKey('default', hash('sha256', bytes));
const configFor = (dir: string) => blobConfigSchema.parse({ dir });

async function findFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const HOUR_MS = 3_600_000;

const makeHarness = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'oopstream-blob-'));
  const open = () => openDiskBlobStore(configFor(dir), { nowMs });
  return {
    store: await open(),
    reopen: open,
    age: async (keys: readonly string[]) => {
      const longAgo = new Date(nowMs() - 2 * HOUR_MS);
      const files = await findFiles(dir);
      for (const key of keys) {
        const [, sha256 = ''] = key.split('/');
        await utimes(
          files.find((path) => path.includes(sha256))!,
          longAgo,
          longAgo,
        );
      }
      return { store: await open(), sinceMs: nowMs() - HOUR_MS };
    },
    spoil: async (key: string) => {
      const [, sha256 = ''] = key.split('/');
      const file = (await findFiles(dir)).find((path) => path.includes(sha256))!;
      const bytes = await readFile(file);
      bytes[bytes.length >> 1]! ^= 0xff;
      await writeFile(file, bytes);
    },
    close: () => rm(dir, { recursive: true }),
  };
};

blobStoreConformance('disk', makeHarness);
blobRaceConformance('disk', makeHarness);

describe('disk blob store', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'oopstream-blob-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('lays a blob out by tenant and checksum, zstd-compressed, readable by nobody else', async () => {
    const text = Buffer.from('Call Trace:\n'.repeat(500));
    const sha256 = hash('sha256', text);
    await (await openDiskBlobStore(configFor(dir), { nowMs })).put(keyOf(text), text);
    const path = join(dir, 'default', sha256.slice(0, 2), sha256.slice(2, 4), `${sha256}.zst`);
    expect(await findFiles(dir)).toEqual([path]);
    expect(zstdDecompressSync(await readFile(path))).toEqual(text);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('gives nothing out above maxBlobBytes', async () => {
    const text = Buffer.from('x'.repeat(10_000));
    await (await openDiskBlobStore(configFor(dir), { nowMs })).put(keyOf(text), text);
    const small = await openDiskBlobStore({ ...configFor(dir), maxBlobBytes: 9_999 }, { nowMs });
    await expect(small.get(keyOf(text))).rejects.toMatchObject({ reason: 'blob-corrupt' });
    const enough = await openDiskBlobStore({ ...configFor(dir), maxBlobBytes: 10_000 }, { nowMs });
    expect(await enough.get(keyOf(text))).toHaveLength(10_000);
  });

  it('clears away what a killed process left an hour ago, not what is being written', async () => {
    await openDiskBlobStore(configFor(dir), { nowMs });
    for (const name of ['old', 'new']) await writeFile(join(dir, '.tmp', name), 'half');
    const longAgo = new Date(nowMs() - 2 * 3_600_000);
    await utimes(join(dir, '.tmp', 'old'), longAgo, longAgo);
    await openDiskBlobStore(configFor(dir), { nowMs });
    expect(await readdir(join(dir, '.tmp'))).toEqual(['new']);
  });

  it('says blob-unavailable, and leaves no half file, where it cannot write', async () => {
    const store = await openDiskBlobStore(configFor(dir), { nowMs });
    // A file where the tenant's directory should be: fails for root too, unlike permissions.
    await writeFile(join(dir, 'default'), '');
    const bytes = Buffer.from('text');
    await expect(store.put(keyOf(bytes), bytes)).rejects.toMatchObject({
      reason: 'blob-unavailable',
      retryable: true,
    });
    expect(await readdir(join(dir, '.tmp'))).toEqual([]);
  });

  it('says blob-unavailable at start where the directory cannot be', async () => {
    const file = join(dir, 'file');
    await writeFile(file, '');
    await expect(openDiskBlobStore(configFor(file), { nowMs })).rejects.toMatchObject({
      reason: 'blob-unavailable',
    });
  });
});
