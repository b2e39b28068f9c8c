/** Content-addressed bodies. Adapters: disk (embedded), S3 (fleet), memory (tests). */
export interface BlobStore {
  /**
   * Durable when it resolves; writing the same key again is a no-op. Keys are `<tenant>/<sha256 hex>`.
   * @throws RetryableError `blob-unavailable`
   */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /**
   * Returns the bytes, checked against the checksum in the key; `null` when there is no such blob.
   * @throws RetryableError `blob-unavailable` @throws FatalError `blob-corrupt`
   */
  get(key: string): Promise<Uint8Array | null>;
  has(key: string): Promise<boolean>;
  close(): Promise<void>;
}
