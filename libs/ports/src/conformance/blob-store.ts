import { hash, randomBytes } from 'node:crypto';
import { blobKey } from '../blob-store';
import type { BlobStore } from '../blob-store';

export interface BlobStoreHarness {
  readonly store: BlobStore;
  /** Another process on the same place. */
  reopen(): Promise<BlobStore>;
  /** Changes what lies stored behind the store's back: a byte in the middle becomes another. */
  spoil(key: string): Promise<void>;
  /**
   * Makes blobs old; gives another process's store, and a time that is after they were put and before anything is put from
   * now on.
   */
  age(keys: readonly string[]): Promise<{ readonly store: BlobStore; readonly sinceMs: number }>;
  close(): Promise<void>;
}

// Times of a store are those of its own clock: an hour more or less is beyond any doubt.
const HOUR_MS = 3_600_000;
const SOON_MS = (): number => Date.now() + HOUR_MS;

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
      expect(await store.deleteUntouched(key, SOON_MS())).toBe(true);
      expect(await store.deleteUntouched(key, SOON_MS())).toBe(true);
      expect([await store.get(key), await store.has(key)]).toEqual([null, false]);
      expect(await store.has(keyOf(bytes, 'tenant-b'))).toBe(true);
      await store.put(key, bytes);
      expect(await (await harness().reopen()).has(key)).toBe(true);
    }
  });

  it('spares what was put within the time, also one that lay there before', async () => {
    const { store } = harness();
    const both = [transcript(2_800), new Uint8Array(randomBytes(20_000))];
    const keys = both.map((bytes) => keyOf(bytes));
    const putAll = (to: BlobStore) => Promise.all(both.map((bytes) => to.put(keyOf(bytes), bytes)));
    const deleteAll = (since: number) =>
      Promise.all(keys.map((key) => harness().store.deleteUntouched(key, since)));
    await putAll(store);
    expect(await deleteAll(Date.now() - HOUR_MS)).toEqual([false, false]);
    const later = await harness().age(keys);
    await putAll(later.store);
    expect(await deleteAll(later.sinceMs)).toEqual([false, false]);
    const back = await Promise.all(keys.map((key) => store.get(key)));
    expect(back.map((bytes) => hash('sha256', bytes ?? ''))).toEqual(
      both.map((bytes) => hash('sha256', bytes)),
    );
    expect(await deleteAll((await harness().age(keys)).sinceMs)).toEqual([true, true]);
    expect(await Promise.all(keys.map((key) => store.has(key)))).toEqual([false, false]);
  });

  it('holds no reference to the bytes it was given', async () => {
    const bytes = textEncoder.encode('before');
    const key = keyOf(bytes);
    await harness().store.put(key, bytes);
    bytes.fill(0);
    expect(Buffer.from((await harness().store.get(key)) ?? []).toString()).toBe('before');
  });
}

/** What stores keep that can tell at the very moment of deletion whether somebody puts the same: memory and disk. */
export function blobRaceConformance(name: string, makeHarness: () => Promise<BlobStoreHarness>): void {
  it(`blob store ${name}: never deletes what is being put, however both interleave`, async () => {
    const harness = await makeHarness();
    const many = Array.from({ length: 100 }, (_, n) => textEncoder.encode(`put and deleted ${n}\n`));
    const put = (to: BlobStore, bytes: Uint8Array) => to.put(keyOf(bytes), bytes);
    await Promise.all(many.map((bytes) => put(harness.store, bytes)));
    const { store: other, sinceMs } = await harness.age(many.map((bytes) => keyOf(bytes)));
    for (const bytes of many) {
      const remove = () => harness.store.deleteUntouched(keyOf(bytes), sinceMs);
      await Promise.all([remove(), put(other, bytes), remove()]);
      expect(await other.has(keyOf(bytes))).toBe(true);
    }
    await harness.close();
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
    await expect(store.deleteUntouched(key, 0)).rejects.toMatchObject(refused);
  });
}
