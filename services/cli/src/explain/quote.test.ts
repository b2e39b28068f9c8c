import { quoteLine, type QuoteStyle } from './quote';
import { openText } from './source-text';
import { terminalOf } from './terminal';
import { processIo } from '../cli-io';

const style = (columns: number, withFile = false): QuoteStyle => ({
  terminal: { ...terminalOf(processIo(), 'never'), columns },
  indent: '  ',
  withFile,
});

function quoted(text: string, evidence: readonly string[], columns = 80) {
  const source = openText('dir/log.txt', Buffer.from(text), 'log.txt');
  const spans = evidence.map((one) => {
    const start = Buffer.from(text).indexOf(one);
    return { start, end: start + Buffer.byteLength(one) };
  });
  const line = source.lineAt(spans[0]?.start ?? 0);
  return quoteLine({ source, line, spans, moreLines: 0 }, style(columns));
}

describe('a quoted line', () => {
  it('has its number in the file, and carets under all of its evidence', () => {
    expect(quoted('one\ntwo\nRAX: 0 RBX: 1 RCX: 0\n', ['RBX: 1', 'RCX: 0'])).toEqual([
      '     3 | RAX: 0 RBX: 1 RCX: 0',
      '                ^^^^^^ ^^^^^^',
    ]);
  });

  it('has no carets where all of it is evidence', () => {
    expect(quoted('BUG: something\n', ['BUG: something'])).toEqual(['     1 | BUG: something']);
  });

  it('marks the byte that trapped in a line of code', () => {
    expect(quoted('Code: 90 90 <0f> 0b\r\n', ['Code: 90 90 <0f> 0b'])).toEqual([
      '     1 | Code: 90 90 <0f> 0b',
      '                     ^^^^',
    ]);
  });

  it.each([50, 60, 80])('is cut around its evidence at %d columns, however long it is', (columns) => {
    for (const at of [0, 30, 1000, 2_000_000, 4_999_990]) {
      const text = `${'a'.repeat(at)}EVIDENCE${'b'.repeat(5_000_000 - at)}`;
      const [line = '', carets = ''] = quoted(text, ['EVIDENCE'], columns);
      expect(line.length).toBeLessThanOrEqual(columns);
      expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('EVIDENCE');
    }
  });

  it('names its file where there are several', () => {
    const source = openText('dir/log.txt', Buffer.from('a b\n'), 'log.txt');
    expect(quoteLine({ source, line: 1, spans: [], moreLines: 2 }, style(80, true))).toEqual([
      '  log.txt:1 | a b … 2 more lines',
    ]);
  });
});
