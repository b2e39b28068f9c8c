import { searchTarget } from './search-words';

describe('searchTarget', () => {
  it('opens an incident by its number, in any case', () => {
    expect(searchTarget(' oops-42 ', {})).toEqual({ kind: 'incident', number: 'OOPS-42' });
  });

  it('opens a crash by its id', () => {
    const id = '0193a7c2-5b1e-7c44-9d2e-6f0a8b3c1d22';
    expect(searchTarget(id.toUpperCase(), {})).toEqual({ kind: 'crash', id });
  });

  it('tells words from filters', () => {
    expect(searchTarget('from usbdev_ioctl host:kvmhost-12 state:all', {})).toEqual({
      kind: 'list',
      query: { q: 'from usbdev_ioctl', host: 'kvmhost-12', status: 'all' },
    });
  });

  it('keeps filters that were not named and replaces the words', () => {
    expect(searchTarget('nvc_lookup', { q: 'old', family: 'bad-access', sort: '-hosts' })).toEqual({
      kind: 'list',
      query: { q: 'nvc_lookup', family: 'bad-access', sort: '-hosts' },
    });
  });

  it('knows verdicts and how likely hardware is to blame', () => {
    expect(searchTarget('verdict:bit-flip hardware:likely', {})).toEqual({
      kind: 'list',
      query: { verdict: 'bit-flip', hardware: 'likely' },
    });
    expect(searchTarget('hardware:', { hardware: 'possible' })).toEqual({ kind: 'list', query: {} });
  });

  it('takes a filter away when its value is empty', () => {
    expect(searchTarget('host: state:open', { host: 'db-1', status: 'all' })).toEqual({
      kind: 'list',
      query: {},
    });
  });

  it('searches for a word with a colon that is no filter', () => {
    expect(searchTarget('nvcache:write', {})).toEqual({ kind: 'list', query: { q: 'nvcache:write' } });
  });

  it('an empty box shows the list without words', () => {
    expect(searchTarget('', { q: 'old' })).toEqual({ kind: 'list', query: {} });
  });
});
