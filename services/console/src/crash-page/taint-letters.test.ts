import { taintLetters } from './taint-letters';

describe('taintLetters', () => {
  it('explains each letter', () => {
    expect(taintLetters('GOE').map((entry) => entry.meaning)).toEqual([
      'only GPL modules',
      'out-of-tree module',
      'unsigned module',
    ]);
  });

  it('keeps letters it does not know', () => {
    expect(taintLetters('G ?')).toEqual([
      { letter: 'G', meaning: 'only GPL modules' },
      { letter: '?', meaning: 'unknown to this console' },
    ]);
  });

  it('is empty for an untainted kernel', () => {
    expect(taintLetters('')).toEqual([]);
  });
});
