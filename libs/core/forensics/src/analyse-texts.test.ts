import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDetails, readSession, readTranscript } from '@oopstream/core-transcript';
import { analyse } from './analyse';
import { analyseTexts } from './analyse-texts';
import type { Analysis, Disassemble } from './analysis';

const CASES = join(__dirname, '../../transcript/cases/kdump');
const read = (name: string): Uint8Array => readFileSync(join(CASES, name, 'transcript.txt'));
const noDisassembler: Disassemble = () => null;

const log = read('usb-strdesc-slab-01.dmesg');
const session = read('usb-strdesc-slab-01.crash-session');
const [reading] = readTranscript(log).readings;
const crashText = (bytes: Uint8Array) => ({ bytes, session: readSession(bytes) });
const told = (text: number) => ({ text, reading: reading! });

/** What the evidence quotes, text by text. */
function quotes({ findings }: Analysis, texts: readonly Uint8Array[]): readonly string[] {
  return findings.flatMap(({ evidence }) =>
    evidence.map(({ span, text }) =>
      Buffer.from(texts[text ?? 0]!.subarray(span.start, span.end)).toString('latin1'),
    ),
  );
}

describe('analyseTexts', () => {
  it('says of one text what analyse says of it', () => {
    const evidence = { reading: reading!, details: readDetails(log, reading!), session: readSession(log) };
    const alone = analyse(evidence, noDisassembler);
    const analysis = analyseTexts([crashText(log)], told(0), noDisassembler);
    expect(analysis.findings.map(({ claim }) => claim)).toEqual(alone.findings.map(({ claim }) => claim));
    expect(quotes(analysis, [log])).toEqual(quotes(alone, [log]));
  });

  it('draws on the log and on crash(8), and says of every evidence which text it is of', () => {
    const { findings } = analyseTexts([crashText(log), crashText(session)], told(0), noDisassembler);
    const used = new Set(findings.flatMap(({ evidence }) => evidence.map(({ text }) => text)));
    expect(used).toEqual(new Set([0, 1]));
    const source = findings.find(({ kind }) => kind === 'source');
    expect(source?.evidence[0]?.text).toBe(1);
    const at = source?.evidence[0]?.span ?? { start: 0, end: 0 };
    expect(Buffer.from(session.subarray(at.start, at.end)).toString()).toContain(
      '<__kmem_cache_alloc_node+302>',
    );
  });

  it('does not depend on the order of the texts', () => {
    const forward = analyseTexts([crashText(log), crashText(session)], told(0), noDisassembler);
    const backward = analyseTexts([crashText(session), crashText(log)], told(1), noDisassembler);
    expect(backward.findings.map(({ claim }) => claim)).toEqual(forward.findings.map(({ claim }) => claim));
    expect(quotes(backward, [session, log])).toEqual(quotes(forward, [log, session]));
  });

  it('names the text also where only one of several tells of the crash', () => {
    const { findings } = analyseTexts(
      [{ bytes: session, session: null }, crashText(log)],
      told(1),
      noDisassembler,
    );
    const named = findings.flatMap(({ evidence }) => evidence.map(({ text }) => text));
    expect(new Set(named)).toEqual(new Set([1]));
  });

  it('takes nothing of a log for output of crash(8)', () => {
    const other = read('nvc-div0-01.dmesg');
    const alone = analyseTexts([crashText(log)], told(0), noDisassembler);
    const both = analyseTexts([crashText(log), crashText(other)], told(0), noDisassembler);
    expect(both).toEqual(alone);
  });
});
