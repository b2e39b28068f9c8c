import { incidentState, type StateEvidence } from './incident-state';

const NOW = new Date('2026-11-23T03:00:00Z');
const OPEN: StateEvidence = {
  status: 'open',
  holding: false,
  firstSeenAt: '2026-10-01T00:00:00Z',
  recurrences: 0,
  dailyCrashes: [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5],
};

describe('incidentState', () => {
  it('is ongoing when open and known for long', () => {
    expect(incidentState(OPEN, NOW)).toBe('ongoing');
  });

  it('is new for the first 24 hours', () => {
    expect(incidentState({ ...OPEN, firstSeenAt: '2026-11-22T03:00:01Z' }, NOW)).toBe('new');
    expect(incidentState({ ...OPEN, firstSeenAt: '2026-11-22T02:59:59Z' }, NOW)).toBe('ongoing');
  });

  it('has recurred when it came back after a resolve, however young it is', () => {
    expect(incidentState({ ...OPEN, firstSeenAt: '2026-11-22T23:00:00Z', recurrences: 1 }, NOW)).toBe(
      'recurred',
    );
  });

  it('escalates at three times the two-day average before', () => {
    const before = [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
    expect(incidentState({ ...OPEN, dailyCrashes: [...before, 15, 15] }, NOW)).toBe('escalating');
    expect(incidentState({ ...OPEN, dailyCrashes: [...before, 15, 14] }, NOW)).toBe('ongoing');
  });

  it('does not call a handful of crashes an escalation', () => {
    expect(incidentState({ ...OPEN, dailyCrashes: [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 5] }, NOW)).toBe(
      'ongoing',
    );
  });

  it('is resolved whatever else is true', () => {
    expect(incidentState({ ...OPEN, status: 'resolved', recurrences: 3 }, NOW)).toBe('resolved');
  });

  it('shows a holding incident as such', () => {
    expect(incidentState({ ...OPEN, holding: true }, NOW)).toBe('holding');
  });
});
