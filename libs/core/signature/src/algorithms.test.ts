import { ALGORITHMS, ALGORITHM_VERSION, createAlgorithms, sign, withoutVersion } from './index';

describe('algorithms', () => {
  it('knows the version that signs today, and it is the newest', () => {
    expect(ALGORITHMS.newest).toBe(ALGORITHM_VERSION);
    expect(ALGORITHMS.find(ALGORITHM_VERSION)?.sign).toBe(sign);
    expect(ALGORITHMS.find(ALGORITHM_VERSION + 1)).toBeUndefined();
  });

  it('puts versions in order, and refuses two of one version or none', () => {
    const two = createAlgorithms([
      { version: 3, sign },
      { version: 2, sign },
    ]);
    expect([two.versions, two.newest]).toEqual([[2, 3], 3]);
    expect(() => createAlgorithms([])).toThrow('versions of their own');
    expect(() =>
      createAlgorithms([
        { version: 1, sign },
        { version: 1, sign },
      ]),
    ).toThrow('versions of their own');
  });

  it('takes a version off a key, and leaves alone what has none', () => {
    expect(['v1:ab', 'v12:ab', 'hold:host', 'v:ab'].map(withoutVersion)).toEqual([
      'ab',
      'ab',
      'hold:host',
      'v:ab',
    ]);
  });
});
