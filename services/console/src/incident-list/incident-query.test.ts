import { hasFilter, listParameters, readIncidentQuery, without } from './incident-query';

describe('readIncidentQuery', () => {
  it('reads every field of an address', () => {
    const search = {
      status: 'all',
      q: '__kmalloc',
      family: 'bad-access',
      kind: 'stack-segment',
      release: '6.1.0-55-amd64',
      host: 'kvmhost-12',
      verdict: 'memory-overwrite',
      hardware: 'possible',
      since: '2026-11-22T03:00:00.000Z',
      sort: '-crashes',
    };
    expect(readIncidentQuery(search)).toEqual(search);
  });

  it('leaves defaults out, so that one view has one address', () => {
    expect(readIncidentQuery({ status: 'open', sort: '-lastSeen' })).toEqual({});
  });

  it.each([
    [{ status: 'closed' }],
    [{ sort: 'title' }],
    [{ hardware: '0.7' }],
    [{ q: 'x' }],
    [{ q: '   ' }],
    [{ since: 'yesterday' }],
    [{ family: '' }],
    [{ unknown: '1' }],
    [{ host: ['a', 'b'] }],
  ])('takes %j as absent', (search) => {
    expect(readIncidentQuery(search)).toEqual({});
  });

  it('reads what it wrote', () => {
    const query = readIncidentQuery({ q: ' from usbdev_ioctl ', since: '2026-11-22T04:00+01:00' });
    expect(query).toEqual({ q: 'from usbdev_ioctl', since: '2026-11-22T03:00:00.000Z' });
    expect(readIncidentQuery({ ...query })).toEqual(query);
  });
});

describe('listParameters', () => {
  it('spells the defaults out for the API', () => {
    expect(listParameters({ host: 'db-1' }, 50)).toEqual({
      status: 'open',
      sort: '-lastSeen',
      host: 'db-1',
      limit: 50,
    });
  });
});

describe('hasFilter', () => {
  it('tells filters from state and order', () => {
    expect(hasFilter({ status: 'all', sort: '-hosts' })).toBe(false);
    expect(hasFilter({ kind: 'panic' })).toBe(true);
    expect(hasFilter({ verdict: 'bit-flip' })).toBe(true);
    expect(hasFilter({ hardware: 'likely' })).toBe(true);
    expect(hasFilter({ since: '2026-11-22T03:00:00.000Z' })).toBe(true);
  });
});

describe('without', () => {
  it('takes one field away', () => {
    expect(without({ q: 'kmalloc', host: 'db-1' }, 'host')).toEqual({ q: 'kmalloc' });
  });
});
