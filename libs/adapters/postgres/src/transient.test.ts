import { isTransient, isUnmigrated } from './transient';

const withCode = (code: string) => Object.assign(new Error(code), { code });

describe('isTransient', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P03', '40P01', '40001', '53300', '08006'])(
    'says that %s may pass',
    (code) => expect(isTransient(withCode(code))).toBe(true),
  );

  it('takes an error without a code for a broken connection', () =>
    expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true));

  it.each(['23505', '42P01', '22P02', '28P01'])('says that %s does not pass', (code) =>
    expect(isTransient(withCode(code))).toBe(false),
  );

  it('knows a schema that is not there yet', () => {
    expect(['42P01', '3F000', '42883'].map((code) => isUnmigrated(withCode(code)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['42703', '23505'].map((code) => isUnmigrated(withCode(code)))).toEqual([false, false]);
    expect(isUnmigrated('42P01')).toBe(false);
  });

  it('does not take our own bugs for trouble with the server', () => {
    expect(isTransient(new TypeError('x is undefined'))).toBe(false);
    expect(isTransient('text')).toBe(false);
  });
});
