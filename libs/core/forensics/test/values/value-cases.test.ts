import { VALUE_KINDS } from '../../src';
import { contextOf, loadValueCases, readGiven, saveValueCase, type Placed } from './value-cases';

const update = process.env['UPDATE_CASES'] === '1';
const cases = loadValueCases();

/** What must not come twice: the same kind, of the same name or area where it has one. */
const claimOf = ({ reading }: Placed) =>
  `${reading.kind} ${reading.kind === 'error-pointer' ? '' : (reading.details.name ?? reading.details.area ?? '')}`;

describe('values', () => {
  it('has enough cases, and one for every kind', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    const kinds = new Set(cases.map((one) => one.file.expect.kind));
    expect(VALUE_KINDS.map((row) => row.kind).filter((kind) => !kinds.has(kind))).toEqual([]);
    expect(VALUE_KINDS).toHaveLength(kinds.size);
  });

  it.each(cases.map((one) => [one.id, one] as const))('%s is read, its near miss is not', (_id, one) => {
    const { context, expect: expected, miss } = one.file;
    const readings = readGiven(one.file, contextOf(context));
    const missed = readGiven(miss, contextOf(context));
    const first = readings.find((placed) => placed.at === undefined || placed.reading.kind === expected.kind);
    expect(first?.reading.kind).toBe(expected.kind);
    expect(missed.map(claimOf)).not.toContain(claimOf(first!));
    const gives = missed[0]?.reading.kind ?? null;
    if (update) saveValueCase(one, first!, gives);
    else {
      const { text, confidence } = first!.reading;
      expect({ text, confidence, at: first!.at }).toEqual({
        text: expected.text,
        confidence: expected.confidence,
        at: expected.at,
      });
      expect(gives).toEqual(miss.gives);
    }
  });
});
