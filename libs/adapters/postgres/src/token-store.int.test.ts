import { createHash } from 'node:crypto';
import { storeDatabases } from '@oopstream/testkit';
import { createAuditLog, createIdempotencyStore, createTokenStore } from './index';

const NOW_MS = Date.UTC(2026, 0, 1);
const databases = storeDatabases();
afterEach(() => databases.dropAll());

describe('token store', () => {
  const token = {
    tenant: 'default',
    label: 'agent of host 1',
    scopes: ['ingest', 'read'] as const,
    boundHost: 'host-1',
    secretHash: createHash('sha256').update('secret').digest(),
  };

  it('gives a token back until it is revoked', async () => {
    const store = createTokenStore(await databases.open());
    const grant = await store.create(token, 'abc', NOW_MS);
    const { secretHash, ...shown } = token;
    expect(grant).toEqual({ ...shown, id: 'abc', createdAtMs: NOW_MS });
    const found = await store.find('abc');
    expect(found?.grant).toEqual(grant);
    expect(Buffer.from(found!.secretHash)).toEqual(secretHash);
    expect(await store.list('default')).toEqual([grant]);
    expect(await store.revoke('other', 'abc', NOW_MS)).toBe(false);
    expect(await store.revoke('default', 'abc', NOW_MS)).toBe(true);
    expect(await store.revoke('default', 'abc', NOW_MS)).toBe(false);
    expect(await store.find('abc')).toBeNull();
    expect(await store.list('default')).toEqual([]);
  });

  it('gives no id twice, and no revoked token its life back', async () => {
    const store = createTokenStore(await databases.open());
    await store.create(token, 'abc', NOW_MS);
    expect(await store.create({ ...token, label: 'another' }, 'abc', NOW_MS)).toBeNull();
    await store.revoke('default', 'abc', NOW_MS);
    expect(await store.create(token, 'abc', NOW_MS)).toBeNull();
    expect(await store.find('abc')).toBeNull();
  });

  it('knows no other', async () => {
    expect(await createTokenStore(await databases.open()).find('nobody')).toBeNull();
  });
});

describe('idempotency store', () => {
  it('binds an id to the bytes that came first, also when many come at once', async () => {
    const store = createIdempotencyStore(await databases.open());
    expect(await store.bind('default', 'a'.repeat(32), 'x', NOW_MS)).toBe('bound');
    expect(await store.bind('default', 'a'.repeat(32), 'x', NOW_MS)).toBe('bound');
    expect(await store.bind('default', 'a'.repeat(32), 'y', NOW_MS)).toBe('reused');
    expect(await store.bind('other', 'a'.repeat(32), 'y', NOW_MS)).toBe('bound');
    const raced = await Promise.all(
      ['p', 'q', 'p', 'q'].map((sha256) => store.bind('default', 'b'.repeat(32), sha256, NOW_MS)),
    );
    expect(raced.filter((one) => one === 'bound')).toHaveLength(2);
  });
});

it('the audit log keeps what was done', async () => {
  const pool = await databases.open();
  const entry = {
    tenant: 'default',
    atMs: NOW_MS,
    actor: 'token:ann',
    action: 'transcript.raw-read',
    subjectKind: 'transcript',
    subjectId: 't1',
    detail: { address: '::1' },
  };
  await createAuditLog(pool).record(entry);
  const { rows } = await pool.query(
    `SELECT tenant, at AS "atMs", actor, action, subject_kind AS "subjectKind", subject_id AS "subjectId", detail
     FROM oopstream.audit`,
  );
  expect(rows).toEqual([entry]);
});
