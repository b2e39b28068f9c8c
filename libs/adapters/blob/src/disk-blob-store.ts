import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RetryableError, parseBlobKey } from '@oopstream/ports';
import type { BlobStore } from '@oopstream/ports';
import { limitConcurrency } from '@oopstream/runtime';
import { decodeBody, encodeBody } from './body-codec';
import type { StoredBody } from './body-codec';
import type { BlobConfig } from './config';

/** No tenant begins with a dot. */
const TEMPORARY_DIR = '.tmp';
/** What a killed process left behind is older than any write in progress. */
const STALE_TEMPORARY_MS = 3_600_000;

export type DiskBlobConfig = Pick<BlobConfig, 'dir' | 'maxConcurrent' | 'maxBlobBytes' | 'zstdLevel'>;

/**
 * Blobs as files: `<dir>/<tenant>/ab/cd/<sha256>`, with `.zst` behind where compressed (`zstdcat` reads them). A file
 * appears under its name only when it is whole and on the disk.
 */
export async function openDiskBlobStore(
  config: DiskBlobConfig,
  deps: { readonly nowMs: () => number },
): Promise<BlobStore> {
  const root = resolve(config.dir);
  await unavailable(async () => {
    await makeDirs(join(root, TEMPORARY_DIR));
    await sweepTemporaries(join(root, TEMPORARY_DIR), deps.nowMs());
  });
  const limit = limitConcurrency(config.maxConcurrent);
  const writing = new Map<string, Promise<void>>();
  const put = async (path: string, bytes: Uint8Array): Promise<void> => {
    if (await touch(path, deps.nowMs())) return;
    const stored = await encodeBody(bytes, config.zstdLevel);
    await writeDurably(join(root, TEMPORARY_DIR, randomUUID()), nameOf(path, stored.zstd), stored.bytes);
  };
  return {
    put: async (key, bytes) => {
      const path = pathOf(root, key);
      // Two writes of one blob would only do the work twice.
      const running = writing.get(path);
      if (running !== undefined) return running;
      const own = limit(() => unavailable(() => put(path, bytes))).finally(() => writing.delete(path));
      writing.set(path, own);
      return own;
    },
    get: async (key) => {
      const path = pathOf(root, key);
      return limit(async () => {
        const stored = await unavailable(() => read(path));
        return stored && decodeBody(stored, parseBlobKey(key).sha256, config.maxBlobBytes);
      });
    },
    has: async (key) => {
      const path = pathOf(root, key);
      return limit(() => unavailable(() => exists(path)));
    },
    deleteUntouched: async (key, beforeMs) => {
      const path = pathOf(root, key);
      const aside = join(root, TEMPORARY_DIR, randomUUID());
      return limit(() => unavailable(() => removeUntouched(path, aside, beforeMs)));
    },
    close: async () => {
      await Promise.allSettled(writing.values());
    },
  };
}

function pathOf(root: string, key: string): string {
  const { tenant, sha256 } = parseBlobKey(key);
  return join(root, tenant, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
}

/**
 * A put that finds the file touches it first; so it is taken aside before its time is believed. Whoever puts from then on finds
 * none and writes its own; who touched it before is seen, and it goes back. For that instant, in that case, nobody reads it.
 */
async function removeUntouched(path: string, aside: string, beforeMs: number): Promise<boolean> {
  let isGone = true;
  for (const zstd of [true, false]) {
    const name = nameOf(path, zstd);
    const found = await orNull(stat(name));
    if (found === null) continue;
    if (found.mtimeMs >= beforeMs || !(await removeAside(name, aside, beforeMs))) isGone = false;
  }
  if (isGone) await orNull(syncDir(dirname(path)));
  return isGone;
}

async function removeAside(name: string, aside: string, beforeMs: number): Promise<boolean> {
  if ((await orNull(rename(name, aside).then(() => true))) === null) return true;
  const isTouched = (await stat(aside)).mtimeMs >= beforeMs;
  // Where another one was written meanwhile, it is the same.
  if (isTouched) await unlessThere(link(aside, name));
  await unlink(aside);
  if (isTouched) await syncDir(dirname(name));
  return !isTouched;
}

function nameOf(path: string, zstd: boolean): string {
  return zstd ? `${path}.zst` : path;
}

async function exists(path: string): Promise<boolean> {
  for (const zstd of [true, false]) {
    if ((await orNull(stat(nameOf(path, zstd)))) === null) continue;
    await syncDir(dirname(path));
    return true;
  }
  return false;
}

/** Makes the file count as written now. @returns `false` where there is none */
async function touch(path: string, nowMs: number): Promise<boolean> {
  const now = new Date(nowMs);
  for (const zstd of [true, false]) {
    if ((await orNull(utimes(nameOf(path, zstd), now, now).then(() => true))) === null) continue;
    // Another process may have renamed it a moment ago: only now is its name known to be on the disk.
    await syncDir(dirname(path));
    return true;
  }
  return false;
}

async function read(path: string): Promise<StoredBody | null> {
  for (const zstd of [true, false]) {
    const bytes = await orNull(readFile(nameOf(path, zstd)));
    if (bytes !== null) return { bytes, zstd };
  }
  return null;
}

async function writeDurably(temporary: string, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeSynced(temporary, bytes);
    if ((await orNull(rename(temporary, path).then(() => true))) === null) {
      await makeDirs(dirname(path));
      await rename(temporary, path);
    }
  } catch (error) {
    // A full disk must not fill up with what did not fit.
    await orNull(unlink(temporary));
    throw error;
  }
  await syncDir(dirname(path));
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Creates a directory and its parents so that they outlive a power cut. */
async function makeDirs(dir: string): Promise<void> {
  const first = await mkdir(dir, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let parent = dirname(dir); parent.length >= dirname(first).length; parent = dirname(parent)) {
    await syncDir(parent);
    if (parent === dirname(parent)) return;
  }
}

async function syncDir(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sweepTemporaries(dir: string, nowMs: number): Promise<void> {
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    const found = await orNull(stat(path));
    if (found !== null && nowMs - found.mtimeMs > STALE_TEMPORARY_MS) await orNull(unlink(path));
  }
}

/** @returns `null` where there is no such file. */
async function orNull<T>(operation: Promise<T>): Promise<T | null> {
  try {
    return await operation;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function unlessThere(operation: Promise<void>): Promise<void> {
  try {
    await operation;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function unavailable<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const code = codeOf(error);
    // What is no trouble of the file system is a bug, and stays one.
    if (code === null) throw error;
    throw new RetryableError('blob-unavailable', `the blob directory does not work: ${code}`, {
      cause: error,
    });
  }
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
