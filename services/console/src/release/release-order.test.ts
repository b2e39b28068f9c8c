import { compareReleases, firstRelease, releaseSpan } from './release-order';

describe('compareReleases', () => {
  it('reads numbers as numbers', () => {
    const releases = [
      '6.1.10',
      '6.1.9',
      '4.18.0-348.el8',
      '4.18.0-147.5.1.el8_1',
      '6.1.0-55-amd64',
      '6.1.0-9-amd64',
    ];
    expect(releases.sort(compareReleases)).toEqual([
      '4.18.0-147.5.1.el8_1',
      '4.18.0-348.el8',
      '6.1.0-9-amd64',
      '6.1.0-55-amd64',
      '6.1.9',
      '6.1.10',
    ]);
  });
});

describe('releaseSpan', () => {
  it.each([
    [[], null],
    [['6.1.0-55-amd64'], 'on 6.1.0-55-amd64'],
    [
      ['6.1.0-55-amd64', '6.1.0-9-amd64', '6.1.0-47-amd64'],
      'on 6.1.0-9-amd64 to 6.1.0-55-amd64 (3 releases)',
    ],
  ])('%j reads %s', (releases, expected) => {
    expect(releaseSpan(releases)).toBe(expected);
  });
});

describe('firstRelease', () => {
  it('goes by time, not by order of the version', () => {
    expect(
      firstRelease([
        { release: '6.1.0-47-amd64', firstSeenAt: '2026-11-20T00:00:00Z' },
        { release: '6.1.0-55-amd64', firstSeenAt: '2026-11-10T00:00:00Z' },
      ]),
    ).toBe('6.1.0-55-amd64');
    expect(firstRelease([])).toBeNull();
  });
});
