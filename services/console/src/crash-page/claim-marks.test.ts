import type { Claim } from '../analysis/claim';
import { claimSpans, litSpans, namedWords } from './claim-marks';

const CLAIM: Claim = {
  id: 'finding-2',
  title: 'Finding 2',
  evidence: [
    { span: { start: 40, end: 56 }, note: 'RBP' },
    { span: { start: 0, end: 500 }, note: 'the report' },
    { span: { start: 80, end: 84 }, note: 'freelist' },
  ],
};

describe('claimSpans', () => {
  it('lead to the claim and its evidence, passages to nothing', () => {
    expect(claimSpans([CLAIM])).toEqual([
      { start: 40, end: 56, hash: 'finding-2' },
      { start: 80, end: 84, hash: 'finding-2.3' },
    ]);
  });
});

describe('litSpans', () => {
  it('are numbered as the evidence is, one of them looked at', () => {
    expect(
      litSpans({ claim: CLAIM, at: 2 }).map(({ number, note, isCurrent }) => [number, note, isCurrent]),
    ).toEqual([
      [1, 'RBP', false],
      [2, 'the report', false],
      [3, 'freelist', true],
    ]);
  });
});

describe('namedWords', () => {
  it('names recovered registers only: printed ones have their names beside them', () => {
    const register = (name: string, origin: string) => ({
      name,
      value: '0',
      origin,
      meaning: null,
      span: { start: 1, end: 17 },
    });
    expect(namedWords([register('rip', 'printed'), register('rbp', 'recovered')])).toEqual([
      { name: 'rbp', start: 1, end: 17 },
    ]);
  });
});
