import { isTokenShaped, tokenFromHash } from './token-from-hash';

const TOKEN = 'oops_01jd5_Zk3vQx8bTn2mWq7r';

describe('tokenFromHash', () => {
  it('takes the token and leaves nothing of it behind', () => {
    expect(tokenFromHash(`#token=${TOKEN}`)).toEqual({ token: TOKEN, rest: '' });
  });

  it('keeps the rest of the fragment', () => {
    expect(tokenFromHash(`#a=1&token=${TOKEN}&b`)).toEqual({ token: TOKEN, rest: '#a=1&b' });
  });

  it('removes also what is not shaped like a token', () => {
    expect(tokenFromHash('#token=hello')).toEqual({ token: null, rest: '' });
    expect(tokenFromHash('#token=%E0%A4%A')).toEqual({ token: null, rest: '' });
  });

  it('finds nothing where there is none', () => {
    expect(tokenFromHash('')).toEqual({ token: null, rest: '' });
    expect(tokenFromHash('#L120')).toEqual({ token: null, rest: '#L120' });
  });
});

describe('isTokenShaped', () => {
  it.each([
    [TOKEN, true],
    ['Bearer ' + TOKEN, false],
    ['oops_only', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isTokenShaped(text)).toBe(expected);
  });
});
