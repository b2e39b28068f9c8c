import { crashTime } from './crash-time';
import { formatIncidentNumber, parseIncidentNumber } from './incident-number';

describe('the time of a crash', () => {
  const received = Date.UTC(2026, 5, 1);
  it.each([
    ['the text first', received - 5_000, received - 9_000, received - 5_000],
    ['else the sender', null, received - 9_000, received - 9_000],
    [
      'a text clock that runs ahead gives way to the sender',
      received + 301_000,
      received - 9_000,
      received - 9_000,
    ],
    ['five minutes ahead is believed', received + 300_000, null, received + 300_000],
    ['a clock that was lost is not believed', 0, null, null],
    ['nobody knows', null, null, null],
  ])('%s', (_, reading, context, occurredAtMs) => {
    expect(crashTime(reading, context, received)).toEqual({
      occurredAtMs,
      crashTimeMs: occurredAtMs ?? received,
    });
  });
});

describe('incident numbers', () => {
  it('are said and understood', () => {
    expect(formatIncidentNumber(42)).toBe('OOPS-42');
    expect(parseIncidentNumber('OOPS-42')).toBe(42);
    expect(parseIncidentNumber('oops-42')).toBe(42);
  });
  it.each(['42', 'OOPS-', 'OOPS-0', 'OOPS-042', 'OOPS-4x', 'OOPS--4', 'OOPS-9999999999999999', ' OOPS-4'])(
    'are not read from %j',
    (text) => expect(parseIncidentNumber(text)).toBeNull(),
  );
});
