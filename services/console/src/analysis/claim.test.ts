import type { Analysis } from '../api/models';
import { chosenClaim, claimHash, claimsOf, steppedClaim, steppedEvidence } from './claim';

const evidence = (start: number, note: string) => ({ span: { start, end: start + 4 }, note });
const finding = (claim: string, notes: readonly string[]): Analysis['findings'][number] => ({
  kind: 'value',
  claim,
  confidence: 'likely',
  evidence: notes.map((note, index) => evidence(index * 10, note)),
  confirm: null,
});
const register = (name: string, start: number): Analysis['registers'][number] => ({
  name,
  value: '00',
  origin: 'recovered',
  meaning: null,
  span: { start, end: start + 16 },
});
const ANALYSIS: Analysis = {
  version: 1,
  verdict: { class: 'unknown', confidence: 'hint', text: '', flags: [], culprit: null },
  findings: [finding('a', ['RBP', 'RAX', 'code']), finding('b', [])],
  registers: [register('rbp', 100), register('rbp', 200)],
  hardware: { value: 0.5, parts: [{ reason: 'ECC', weight: 0.5, evidence: [evidence(7, 'bank 4')] }] },
  missing: [],
};
const claims = claimsOf(ANALYSIS);
const ids = ['hardware-1', 'finding-1', 'finding-2', 'register-rbp', 'register-rbp-2'];

describe('claimsOf', () => {
  it('names everything that has bytes to show, each name once', () => {
    expect(claims.map((claim) => claim.id)).toEqual(ids);
    expect(claims.at(-1)?.evidence).toEqual([{ span: { start: 200, end: 216 }, note: 'rbp' }]);
  });
});

describe('the address of a claim', () => {
  it.each(['finding-1', 'finding-1.2', 'finding-1.3', 'finding-2', 'register-rbp-2'])(
    '%s is read and written back',
    (hash) => {
      const chosen = chosenClaim(claims, hash);
      expect(chosen === null ? null : claimHash(chosen)).toBe(hash);
    },
  );

  it.each(['', 'finding-3', 'finding-0', 'byte-12', 'finding', 'register-', 'finding-1.x'])(
    '%j names nothing',
    (hash) => {
      expect(chosenClaim(claims, hash)).toBeNull();
    },
  );

  it('takes evidence that is not there for the first', () => {
    expect(chosenClaim(claims, 'finding-1.9')?.at).toBe(0);
    expect(chosenClaim(claims, 'finding-1.0')?.at).toBe(0);
    expect(chosenClaim(claims, 'finding-2.1')?.at).toBe(0);
  });
});

describe('steps', () => {
  const first = chosenClaim(claims, 'finding-1');
  if (first === null) throw new Error('finding-1 is there');

  it('go round the evidence of one claim', () => {
    expect(steppedEvidence(first, 1).at).toBe(1);
    expect(steppedEvidence(first, -1).at).toBe(2);
    expect(steppedEvidence({ ...first, at: 2 }, 1).at).toBe(0);
  });

  it('stay where a claim has no evidence', () => {
    const without = chosenClaim(claims, 'finding-2');
    expect(without === null ? null : steppedEvidence(without, 1).at).toBe(0);
  });

  it('go through the claims and end at their ends', () => {
    expect(steppedClaim(claims, null, 1)?.claim.id).toBe('hardware-1');
    expect(steppedClaim(claims, first, 1)?.claim.id).toBe('finding-2');
    expect(steppedClaim(claims, first, -1)?.claim.id).toBe('hardware-1');
    expect(steppedClaim(claims, chosenClaim(claims, 'hardware-1'), -1)?.claim.id).toBe('hardware-1');
    expect(steppedClaim(claims, chosenClaim(claims, 'register-rbp-2'), 1)?.claim.id).toBe('register-rbp-2');
    expect(steppedClaim([], null, 1)).toBeNull();
  });
});
