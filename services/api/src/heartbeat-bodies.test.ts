import * as fc from 'fast-check';
import { parseCsv, parseNdjson } from './heartbeat-bodies';

describe('NDJSON', () => {
  it('is one value a line, blank lines aside', () => {
    expect(parseNdjson('{"a":1}\r\n\n{"a":2}')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(() => parseNdjson('{"a":1}\n{"a":')).toThrow('line 2 is no JSON');
  });
});

describe('CSV', () => {
  it('reads rows by the names of the first, empty cells saying nothing', () => {
    const text = [
      '\uFEFFhost,release,kdumpReady,uptimeSeconds,livepatches,modules,label.rack,label.role,model',
      'web-1, 6.1.0-1 ,yes,12.5,lp_a lp_b,zfs  spl,r1,,"Power ""Edge"", R640"',
      '',
      'web-2,6.1.0-1,0,,,,,,',
    ].join('\r\n');
    expect(parseCsv(text)).toEqual([
      {
        host: 'web-1',
        release: '6.1.0-1',
        kdumpReady: true,
        uptimeSeconds: 12.5,
        livepatches: ['lp_a', 'lp_b'],
        modules: ['zfs', 'spl'],
        model: 'Power "Edge", R640',
        labels: { rack: 'r1' },
      },
      { host: 'web-2', release: '6.1.0-1', kdumpReady: false },
    ]);
  });

  it('leaves what is no value of its column for the schema to refuse', () => {
    expect(parseCsv('kdumpReady,uptimeSeconds\nmaybe,-1')).toEqual([
      { kdumpReady: 'maybe', uptimeSeconds: '-1' },
    ]);
  });

  it('names the row that is malformed', () => {
    expect(() => parseCsv('a,b\n1,2\n3')).toThrow('row 3 has 1 cells, the first row 2');
    expect(() => parseCsv('a,b\n1,"2')).toThrow('row 2 is no CSV: quotes do not match');
    expect(() => parseCsv('a\n"1" 2')).toThrow('row 2 is no CSV');
  });

  it('gives back any text that was quoted, and ends for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 }), (cells) => {
        const quoted = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
        const names = cells.map((_, index) => `c${index}`);
        expect(parseCsv(`${names.join(',')}\n${quoted}`)).toEqual([
          Object.fromEntries(names.map((name, index) => [name, cells[index]])),
        ]);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a",\r\n]{0,30}$/), (text) => {
        let rows: unknown = null;
        try {
          rows = parseCsv(text);
        } catch (error) {
          rows = (error as Error).message;
        }
        expect(rows).not.toBeNull();
      }),
    );
  });
});
