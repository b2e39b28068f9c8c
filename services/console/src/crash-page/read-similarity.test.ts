import { readSimilarity } from './read-similarity';

const ROW = { function: 'nvc_ioctl', ours: 1, theirs: 2, weight: 0.5, gain: 0.25 };
const DETAIL = {
  above: 0.6,
  comparedKey: 'v1:ab',
  site: 'connect.c:1234',
  missing: ['nvc_lookup'],
  matched: [ROW],
  unmatchedWeight: 1,
};

describe('readSimilarity', () => {
  it('keeps what was compared', () => {
    expect(readSimilarity(DETAIL)).toEqual({
      ...DETAIL,
      matched: [{ name: 'nvc_ioctl', ours: 1, theirs: 2, weight: 0.5, gain: 0.25 }],
    });
  });

  it.each([[null], [{}], [{ note: 'merged' }], [{ matched: 'all' }]])(
    'says of %j that it is none',
    (detail) => {
      expect(readSimilarity(detail)).toBeNull();
    },
  );

  it('leaves out rows that it cannot read, and says null where a number is missing', () => {
    expect(readSimilarity({ matched: [ROW, null, 3, { function: 'x' }], missing: [1, 'y'] })).toEqual({
      above: null,
      comparedKey: null,
      site: null,
      missing: ['y'],
      matched: [{ name: 'nvc_ioctl', ours: 1, theirs: 2, weight: 0.5, gain: 0.25 }],
      unmatchedWeight: null,
    });
  });
});
