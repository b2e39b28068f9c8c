import { hash } from 'node:crypto';
import { parseBlobKey } from '../blob-store';
import type { BlobStore } from '../blob-store';
import { FatalError } from '../errors';

/** Blobs in memory. */
export class MemoryBlobStore implements BlobStore {
  /** What is stored, by key; tests may look at it and spoil it. */
  readonly blobs = new Map<string, Uint8Array>();
  /** Thrown by every call while set: the store is away. */
  failure: Error | null = null;

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.check(key);
    if (!this.blobs.has(key)) this.blobs.set(key, Uint8Array.from(bytes));
  }

  async get(key: string): Promise<Uint8Array | null> {
    this.check(key);
    const bytes = this.blobs.get(key);
    if (bytes === undefined) return null;
    if (hash('sha256', bytes) !== parseBlobKey(key).sha256)
      throw new FatalError('blob-corrupt', `blob ${key} does not match its checksum`);
    return Uint8Array.from(bytes);
  }

  async has(key: string): Promise<boolean> {
    this.check(key);
    return this.blobs.has(key);
  }

  async close(): Promise<void> {}

  private check(key: string): void {
    parseBlobKey(key);
    if (this.failure !== null) throw this.failure;
  }
}
