import { hash, randomBytes } from 'node:crypto';
import { blobKey } from '../blob-store';
import type { BlobStore } from '../blob-store';

export interface BlobStoreHarness {
  readonly store: BlobStore;
  /** Another process on the same place. */
  reopen(): Promise<BlobStore>;
  /** Changes what lies stored behind the store's back: a byte in the middle becomes another. */
  spoil(key: string): Promise<void>;
  close(): Promise<void>;
}

const textEncoder = new TextEncoder();
const keyOf = (bytes: Uint8Array, tenant = 'default') => blobKey(tenant, hash('sha256', bytes));
const transcript = (lines: number) =>
  textEncoder.encode(
    Array.from({ length: lines }, (_, i) => `[${i}.000000] BUG: unable to handle\n`).join(''),
  );

/** Registers the laws that every blob store keeps: memory, disk, S3. Needs jest's globals. */
export function blobStoreConformance(name: string, makeHarness: () => Promise<BlobStoreHarness>): void {
  describe(`blob store laws: ${name}`, () => {
    let harness: BlobStoreHarness;
    beforeAll(async () => {
      harness = await makeHarness();
    });
    afterAll(() => harness.close());
    storageLaws(() => harness);
    failureLaws(() => harness);
  });
}

function storageLaws(harness: () => BlobStoreHarness): void {
  it.each([
    ['no byte', () => new Uint8Array()],
    ['one byte', () => Uint8Array.of(0)],
    ['every byte', () => Uint8Array.from({ length: 256 }, (_, byte) => byte)],
    ['text that compresses', () => transcript(2_000)],
    ['random bytes that do not', () => new Uint8Array(randomBytes(70_000))],
    ['several megabytes', () => transcript(150_000)],
  ])('gives back %s as it was put', async (_what, make) => {
    const bytes = make();
    await harness().store.put(keyOf(bytes), bytes);
    const back = await harness().store.get(keyOf(bytes));
    expect(Buffer.compare(back ?? Buffer.from('absent'), bytes)).toBe(0);
  });

  it('shows another process what was put, at once', async () => {
    const bytes = randomBytes(1_000);
    await harness().store.put(keyOf(bytes), bytes);
    const other = await harness().reopen();
    expect(await other.has(keyOf(bytes))).toBe(true);
    expect(Buffer.compare((await other.get(keyOf(bytes))) ?? Buffer.alloc(0), bytes)).toBe(0);
    await other.close();
  });

  it('takes the same blob again, also at the same time', async () => {
    const bytes = transcript(500);
    const { store } = harness();
    await Promise.all(Array.from({ length: 20 }, () => store.put(keyOf(bytes), bytes)));
    await store.put(keyOf(bytes), bytes);
    expect(Buffer.compare((await store.get(keyOf(bytes))) ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  it('keeps many blobs put at once apart', async () => {
    const many = Array.from({ length: 100 }, (_, index) => textEncoder.encode(`blob ${index}\n`));
    await Promise.all(many.map((bytes) => harness().store.put(keyOf(bytes), bytes)));
    const back = await Promise.all(many.map((bytes) => harness().store.get(keyOf(bytes))));
    expect(back.map((bytes) => Buffer.from(bytes ?? []).toString())).toEqual(
      many.map((bytes) => Buffer.from(bytes).toString()),
    );
  });

  it('keeps tenants apart', async () => {
    const bytes = randomBytes(100);
    await harness().store.put(keyOf(bytes, 'tenant-a'), bytes);
    expect(await harness().store.has(keyOf(bytes, 'tenant-b'))).toBe(false);
    expect(await harness().store.get(keyOf(bytes, 'tenant-b'))).toBeNull();
  });

  it('has nothing of what was deleted, of that tenant alone, until it is put again', async () => {
    const { store } = harness();
    for (const bytes of [transcript(2_900), new Uint8Array(randomBytes(30_000))]) {
      const key = keyOf(bytes);
      await store.put(key, bytes);
      await store.put(keyOf(bytes, 'tenant-b'), bytes);
      await store.delete(key);
      await store.delete(key);
      expect([await store.get(key), await store.has(key)]).toEqual([null, false]);
      expect(await store.has(keyOf(bytes, 'tenant-b'))).toBe(true);
      await store.put(key, bytes);
      expect(await (await harness().reopen()).has(key)).toBe(true);
    }
  });

  it('holds no reference to the bytes it was given', async () => {
    const bytes = textEncoder.encode('before');
    const key = keyOf(bytes);
    await harness().store.put(key, bytes);
    bytes.fill(0);
    expect(Buffer.from((await harness().store.get(key)) ?? []).toString()).toBe('before');
  });
}

function failureLaws(harness: () => BlobStoreHarness): void {
  it('says null and false for what was never put', async () => {
    const key = keyOf(randomBytes(50));
    expect(await harness().store.get(key)).toBeNull();
    expect(await harness().store.has(key)).toBe(false);
  });

  it.each([
    ['compressed', () => transcript(3_000)],
    ['stored as it is', () => new Uint8Array(randomBytes(30_000))],
  ])('never gives out a spoiled blob (%s)', async (_what, make) => {
    const bytes = make();
    await harness().store.put(keyOf(bytes), bytes);
    await harness().spoil(keyOf(bytes));
    await expect(harness().store.get(keyOf(bytes))).rejects.toMatchObject({ reason: 'blob-corrupt' });
  });

  const hex = 'a'.repeat(64);
  it.each([
    '',
    hex,
    `/${hex}`,
    `../${hex}`,
    `a/../${hex}`,
    `a/b/${hex}`,
    `A/${hex}`,
    `a\0/${hex}`,
    `${'t'.repeat(65)}/${hex}`,
    `a/${hex.slice(1)}`,
    `a/${hex.toUpperCase()}`,
    `a/${hex}\n`,
    `.tmp/${hex}`,
  ])('refuses the key %j', async (key) => {
    const { store } = harness();
    const refused = { reason: 'blob-key-invalid' };
    await expect(store.put(key, new Uint8Array())).rejects.toMatchObject(refused);
    await expect(store.get(key)).rejects.toMatchObject(refused);
    await expect(store.has(key)).rejects.toMatchObject(refused);
    await expect(store.delete(key)).rejects.toMatchObject(refused);
  });
}
