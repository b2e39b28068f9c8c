import { incidentState, type StateEvidence } from './incident-state';

const OPEN: StateEvidence = { status: 'open', holding: false, phase: 'ongoing' };

describe('incidentState', () => {
  it.each([
    ['new', 'new'],
    ['ongoing', 'ongoing'],
    ['escalating', 'escalating'],
    ['regressed', 'recurred'],
  ] as const)('of an open incident that is %s is %s', (phase, state) => {
    expect(incidentState({ ...OPEN, phase })).toBe(state);
  });

  it('is how it was closed, whatever else is true', () => {
    expect(incidentState({ ...OPEN, status: 'resolved', phase: 'regressed' })).toBe('resolved');
    expect(incidentState({ ...OPEN, status: 'obsolete', holding: true })).toBe('obsolete');
  });

  it('says of a resolved incident that it escalates', () => {
    expect(incidentState({ ...OPEN, status: 'resolved', phase: 'escalating' })).toBe('unfixed');
  });

  it('shows a holding incident as such', () => {
    expect(incidentState({ ...OPEN, holding: true, phase: 'new' })).toBe('holding');
  });
});
