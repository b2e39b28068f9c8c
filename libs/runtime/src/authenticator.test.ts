import { RetryableError } from '@oopstream/ports';
import type { TokenGrant, TokenStore } from '@oopstream/ports';
import { createAuthenticator } from './authenticator';
import { mintToken } from './bearer-token';

function setUp(maxEntries?: number) {
  const rows = new Map<string, NonNullable<Awaited<ReturnType<TokenStore['find']>>>>();
  const asked: string[] = [];
  let nowMs = 0;
  let down = false;
  const tokens = {
    find: (id: string) => {
      asked.push(id);
      return down
        ? Promise.reject(new RetryableError('store-unavailable', 'away'))
        : Promise.resolve(rows.get(id) ?? null);
    },
  };
  const mint = () => {
    const minted = mintToken();
    const grant: TokenGrant = {
      id: minted.id,
      tenant: 'default',
      label: 'a',
      scopes: ['read'],
      boundHost: null,
      createdAtMs: 0,
    };
    rows.set(minted.id, { grant, secretHash: minted.secretHash });
    return { ...minted, header: `Bearer ${minted.token}` };
  };
  return {
    authenticator: createAuthenticator(
      { tokens, clock: { nowMs: () => nowMs } },
      { ttlMs: 1_000, ...(maxEntries !== undefined && { maxEntries }) },
    ),
    mint,
    asked,
    revoke: (id: string) => rows.delete(id),
    pass: (ms: number) => (nowMs += ms),
    setDown: (value: boolean) => (down = value),
  };
}

describe('createAuthenticator', () => {
  it('grants what the row says for the right secret only', async () => {
    const { authenticator, mint } = setUp();
    const [one, other] = [mint(), mint()];
    await expect(authenticator.authenticate(one.header)).resolves.toMatchObject({
      kind: 'granted',
      grant: { id: one.id },
    });
    const stolen = `Bearer oops_${one.id}_${other.token.split('_')[2] ?? ''}`;
    await expect(authenticator.authenticate(stolen)).resolves.toEqual({
      kind: 'refused',
      reason: 'token-unknown',
    });
  });

  it.each([
    [undefined, 'token-missing'],
    ['Basic YTpi', 'token-missing'],
    ['Bearer x', 'token-unknown'],
    [`Bearer ${mintToken().token}`, 'token-unknown'],
  ])('refuses %s with %s', async (header, reason) => {
    await expect(setUp().authenticator.authenticate(header)).resolves.toEqual({ kind: 'refused', reason });
  });

  it('believes a row for the time given and not longer: then a revoked token is refused', async () => {
    const { authenticator, mint, asked, revoke, pass } = setUp();
    const token = mint();
    await authenticator.authenticate(token.header);
    revoke(token.id);
    pass(999);
    await expect(authenticator.authenticate(token.header)).resolves.toMatchObject({ kind: 'granted' });
    expect(asked).toHaveLength(1);
    pass(1);
    await expect(authenticator.authenticate(token.header)).resolves.toMatchObject({ kind: 'refused' });
  });

  it('passes on that the store is away, and asks again at once when it is back', async () => {
    const { authenticator, mint, setDown } = setUp();
    const token = mint();
    setDown(true);
    await expect(authenticator.authenticate(token.header)).rejects.toThrow(RetryableError);
    setDown(false);
    await expect(authenticator.authenticate(token.header)).resolves.toMatchObject({ kind: 'granted' });
  });

  it('remembers no more tokens than it may', async () => {
    const { authenticator, mint, asked } = setUp(1);
    const [one, two] = [mint(), mint()];
    await authenticator.authenticate(one.header);
    await authenticator.authenticate(two.header);
    await authenticator.authenticate(one.header);
    expect(asked).toEqual([one.id, two.id, one.id]);
  });
});
