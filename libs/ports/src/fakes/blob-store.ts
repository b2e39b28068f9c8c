import { hash } from 'node:crypto';
import { parseBlobKey } from '../blob-store';
import type { BlobStore } from '../blob-store';
import { FatalError } from '../errors';

/** Blobs in memory. Without a clock all were put at time 0. */
export class MemoryBlobStore implements BlobStore {
  private readonly putAtMs = new Map<string, number>();
  /** What is stored, by key; tests may look at it and spoil it. */
  readonly blobs = new Map<string, Uint8Array>();
  /** Thrown by every call while set: the store is away. */
  failure: Error | null = null;

  constructor(private readonly nowMs: () => number = () => 0) {}

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.answer(key, () => {
      if (!this.blobs.has(key)) this.blobs.set(key, Uint8Array.from(bytes));
      this.putAtMs.set(key, this.nowMs());
    });
  }

  get(key: string): Promise<Uint8Array | null> {
    return this.answer(key, () => {
      const bytes = this.blobs.get(key);
      if (bytes === undefined) return null;
      if (hash('sha256', bytes) !== parseBlobKey(key).sha256)
        throw new FatalError('blob-corrupt', `blob ${key} does not match its checksum`);
      return Uint8Array.from(bytes);
    });
  }

  has(key: string): Promise<boolean> {
    return this.answer(key, () => this.blobs.has(key));
  }

  deleteUntouched(key: string, beforeMs: number): Promise<boolean> {
    return this.answer(key, () => {
      if (this.blobs.has(key) && (this.putAtMs.get(key) ?? 0) >= beforeMs) return false;
      this.blobs.delete(key);
      return true;
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A promise also for what is refused at once: callers never see a call throw. */
  private answer<T>(key: string, work: () => T): Promise<T> {
    return Promise.resolve().then(() => {
      parseBlobKey(key);
      if (this.failure !== null) throw this.failure;
      return work();
    });
  }
}
