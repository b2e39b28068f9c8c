import { FatalError } from './errors';

/** Content-addressed bodies. Adapters: disk (embedded), S3 (fleet), memory (tests). */
export interface BlobStore {
  /**
   * Durable when it resolves; writing the same key again stores nothing more, and makes the blob count as put now (as of a
   * minute ago at most): {@link deleteUntouched} spares it. The caller vouches that the bytes hash to the key: {@link get}
   * checks it.
   * @param key made by {@link blobKey}.
   * @throws RetryableError `blob-unavailable` @throws FatalError `blob-key-invalid`
   */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /**
   * Returns the bytes, checked against the checksum in the key; `null` when there is no such blob.
   * @throws RetryableError `blob-unavailable` @throws FatalError `blob-corrupt`, `blob-key-invalid`
   */
  get(key: string): Promise<Uint8Array | null>;
  /** @throws RetryableError `blob-unavailable` @throws FatalError `blob-key-invalid` */
  has(key: string): Promise<boolean>;
  /**
   * Deletes a blob that was last put before a time; durably gone when it resolves. One that is put at the same moment is
   * either spared or stored anew; see the adapter for how narrow the moment is in which neither can be told.
   * @param beforeMs milliseconds since 1970; clocks of writers may be wrong by minutes
   * @returns `false`: it was put since, and stays; `true`: it is gone, also where there was none
   * @throws as {@link BlobStore.has}
   */
  deleteUntouched(key: string, beforeMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** No dots and no slashes: a tenant can never lead out of the place that its blobs lie in. */
const KEY = /^([a-z0-9][a-z0-9_-]{0,63})\/([0-9a-f]{64})$/;

/**
 * @param tenant lower-case letters, digits, `-` and `_`, at most 64. @param sha256 hex digits of the bytes' checksum.
 * @returns `<tenant>/<sha256>`. @throws FatalError `blob-key-invalid`
 */
export function blobKey(tenant: string, sha256: string): string {
  const key = `${tenant}/${sha256}`;
  parseBlobKey(key);
  return key;
}

/** @throws FatalError `blob-key-invalid` for anything that {@link blobKey} would not make. */
export function parseBlobKey(key: string): { readonly tenant: string; readonly sha256: string } {
  const [, tenant, sha256] = KEY.exec(key) ?? [];
  if (tenant === undefined || sha256 === undefined)
    throw new FatalError('blob-key-invalid', `no blob key: ${JSON.stringify(key.slice(0, 200))}`);
  return { tenant, sha256 };
}
