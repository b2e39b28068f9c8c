import { resolveHost } from './host';

const ID = '0123456789abcdef0123456789abcdef';
const OTHER = 'f'.repeat(32);

describe('resolveHost', () => {
  it.each([
    // bound, ?host=, context.host, context.machineId: host id, name
    [null, 'web-1', undefined, undefined, 'web-1', 'web-1'],
    [null, undefined, 'Web-1.Example', undefined, 'web-1.example', 'Web-1.Example'],
    [null, 'of-query', 'of-context', undefined, 'of-query', 'of-query'],
    [null, 'web-1', undefined, ID, ID, 'web-1'],
    [null, undefined, undefined, ID, ID, null],
    [null, ID, undefined, undefined, ID, null],
    [null, 'fe80::1', undefined, undefined, 'fe80::1', 'fe80::1'],
    ['web-1', undefined, undefined, undefined, 'web-1', 'web-1'],
    ['web-1', 'WEB-1', undefined, undefined, 'web-1', 'WEB-1'],
    ['web-1', undefined, undefined, ID, 'web-1', 'web-1'],
    [ID, undefined, undefined, undefined, ID, null],
    [ID, 'any-name', undefined, undefined, ID, 'any-name'],
    [ID, 'any-name', undefined, ID, ID, 'any-name'],
    [ID, ID, undefined, undefined, ID, null],
  ])('bound to %s, ?host=%s, host %s, machine %s: %s', (...row) => {
    const [bound, named, host, machineId, hostId, name] = row;
    const context = { ...(host !== undefined && { host }), ...(machineId !== undefined && { machineId }) };
    expect(resolveHost(bound, named, context)).toEqual({ hostId, name });
  });

  it.each([
    [null, undefined, undefined, 'host-missing'],
    ['web-1', 'web-2', undefined, 'host-mismatch'],
    ['web-1', ID, undefined, 'host-mismatch'],
    [ID, undefined, OTHER, 'host-mismatch'],
    [ID, OTHER, undefined, 'host-mismatch'],
    [null, 'a b', undefined, 'host-invalid'],
    [null, '-a', undefined, 'host-invalid'],
    [null, '../a', undefined, 'host-invalid'],
    ['web-1', 'a/b', undefined, 'host-invalid'],
  ])('bound to %s, ?host=%s, machine %s: refused as %s', (bound, named, machineId, slug) => {
    const context = machineId === undefined ? {} : { machineId };
    expect(resolveHost(bound, named, context)).toMatchObject({ slug });
  });
});
