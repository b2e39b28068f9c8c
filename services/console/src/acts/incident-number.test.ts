import { incidentNumber } from './incident-number';

describe('incidentNumber', () => {
  it.each([
    ['42', 'OOPS-42'],
    [' oops-7 ', 'OOPS-7'],
    ['KERN-9', 'KERN-9'],
  ])('reads %j as %s', (typed, number) => {
    expect(incidentNumber(typed, 'OOPS-1')).toBe(number);
  });

  it.each([[''], ['OOPS-'], ['-4'], ['4.2'], ['__kmalloc'], ['OOPS-42/merge']])(
    'reads %j as none',
    (typed) => {
      expect(incidentNumber(typed, 'OOPS-1')).toBeNull();
    },
  );
});
