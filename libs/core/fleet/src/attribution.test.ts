import { attribute } from './attribution';
import type { AttributionEvidence } from './attribution';

const EVIDENCE: AttributionEvidence = {
  hosts: 12,
  hostsOfKnownModel: 12,
  models: 4,
  analysedCrashes: 20,
  hardwareCrashes: 0,
  suspectHosts: 0,
  unusual: [],
};
const verdictOf = (change: Partial<AttributionEvidence>) => attribute({ ...EVIDENCE, ...change }).verdict;
const model = {
  facet: 'model',
  value: 'R640',
  crashed: 12,
  fleet: 300,
  lift: 33,
  pValue: 1e-9,
  qValue: 1e-8,
};

describe('attribute', () => {
  it('blames software for one signature on many machines of several models', () =>
    expect(verdictOf({})).toBe('software'));

  it('blames the model where nearly all have it and the fleet has not', () => {
    const { verdict, parts } = attribute({ ...EVIDENCE, models: 1, unusual: [model] });
    expect(verdict).toBe('model');
    expect(parts[0]?.text).toBe('12 of 12 hosts have model R640, 33 times its share of the fleet (q 1.0e-8)');
  });

  it('does not blame a model that only some have, nor a label', () => {
    expect(verdictOf({ unusual: [{ ...model, crashed: 8 }] })).toBe('software');
    expect(verdictOf({ unusual: [{ ...model, facet: 'rack' }] })).toBe('software');
  });

  it('blames the machine that crashes in many unlike ways', () =>
    expect(verdictOf({ hosts: 1, hostsOfKnownModel: 1, models: 1, suspectHosts: 1 })).toBe('hardware'));

  it('does not take a bug for hardware because one of its hosts is bad', () =>
    expect(verdictOf({ suspectHosts: 1 })).toBe('software'));

  it('blames hardware where the texts say so', () => {
    expect(verdictOf({ hardwareCrashes: 20 })).toBe('hardware');
    expect(verdictOf({ hardwareCrashes: 2 })).toBe('software');
  });

  it('does not decide by a hair, nor on one host without anything else', () => {
    expect(verdictOf({ hardwareCrashes: 16 })).toBe('unknown');
    expect(attribute({ ...EVIDENCE, hosts: 1, models: 1 })).toEqual({ verdict: 'unknown', parts: [] });
  });
});
