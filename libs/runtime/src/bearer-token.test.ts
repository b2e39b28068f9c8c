import { hashTokenSecret, matchesTokenSecret, mintToken, parseToken, readBearer } from './bearer-token';

describe('bearer tokens', () => {
  it('parses what it mints, and stores only the hash', () => {
    const minted = mintToken();
    const parsed = parseToken(minted.token);
    expect(parsed?.id).toBe(minted.id);
    expect(matchesTokenSecret(parsed?.secret ?? '', minted.secretHash)).toBe(true);
    expect(minted.secretHash).toHaveLength(32);
  });

  it('never mints the same token twice', () => {
    const tokens = new Set(Array.from({ length: 100 }, () => mintToken().token));
    expect(tokens.size).toBe(100);
  });

  it('refuses another secret and a hash of another length', () => {
    const { secretHash } = mintToken();
    expect(matchesTokenSecret(parseToken(mintToken().token)!.secret, secretHash)).toBe(false);
    expect(matchesTokenSecret('x', hashTokenSecret('x').subarray(1))).toBe(false);
  });

  it.each(['', 'oops_', 'oops_abc_def', 'oops_ABCDEFGHIJKLMNOP_x', 'OOPS_0123456789abcdef_x', 'oops__'])(
    'takes no other form: %j',
    (text) => expect(parseToken(text)).toBeNull(),
  );

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer   abc ', 'abc'],
    ['Basic abc', null],
    ['Bearer', null],
    [undefined, null],
  ])('reads Authorization %j as %j', (header, expected) => expect(readBearer(header)).toBe(expected));
});
