import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseInstructionText, type DecodedInstruction } from '@oopstream/core-forensics';
import {
  readDetails,
  readSession,
  readTranscript,
  type CrashDetails,
  type Instruction,
} from '@oopstream/core-transcript';
import { openDisassembler } from '../src';

const CASES = join(__dirname, '../../../core/transcript/cases');
const MAX_BYTES = 15;

interface CodeAt {
  readonly id: string;
  readonly arch: NonNullable<CrashDetails['arch']>;
  readonly code: NonNullable<CrashDetails['code']>;
  readonly function: string;
  readonly offset: number;
}

function transcripts(kind: string): readonly (readonly [string, Buffer])[] {
  return readdirSync(join(CASES, kind)).map((id) => [
    id,
    readFileSync(join(CASES, kind, id, 'transcript.txt')),
  ]);
}

/** Marked code of every report. */
function codes(id: string, bytes: Buffer): readonly CodeAt[] {
  return readTranscript(bytes).readings.flatMap((reading) => {
    const { arch, code } = readDetails(bytes, reading);
    const { fault } = reading;
    if (arch === null || code?.trapAt == null) return [];
    return [{ id, arch, code, function: fault?.function ?? '', offset: fault?.offset ?? -1 }];
  });
}

const bytesFrom = (code: CodeAt['code'], at: number) => {
  const bytes = code.bytes.slice(at, at + MAX_BYTES);
  const end = bytes.indexOf(null);
  return Uint8Array.from((end === -1 ? bytes : bytes.slice(0, end)).map((byte) => byte ?? 0));
};

/** Text alone, as both print it: without the address of a comment, without symbols. */
const plain = (text: string) =>
  text
    .replace(/\s+#.*$/, '')
    .replace(/\s*<[^>]*>$/, '')
    .replace(/\s*\[[A-Z ]+\]$/, '')
    .replace(/\s+/g, ' ')
    .trim();

describe('the corpus', () => {
  it('has no marked code that cannot be decoded, on x86_64 and arm64', async () => {
    const disassemble = await openDisassembler();
    const all = ['kdump', 'lkdtm'].flatMap((kind) =>
      transcripts(kind).flatMap(([id, bytes]) => codes(id, bytes)),
    );
    const undecoded = all.filter(
      ({ arch, code }) => disassemble(arch, bytesFrom(code, code.trapAt ?? 0), 0n) === null,
    );
    expect(undecoded.map(({ id }) => id)).toEqual([]);
    expect(new Set(all.map(({ arch }) => arch))).toEqual(new Set(['x86_64', 'arm64']));
    expect(all.length).toBeGreaterThan(150);
  });

  it('has listings whose text is what the bytes of the same report decode to', async () => {
    const disassemble = await openDisassembler(['x86_64']);
    const differences: string[] = [];
    let compared = 0;
    const byReport = Map.groupBy(transcripts('kdump'), ([id]) => id.replace(/\..*$/, ''));
    for (const [report, texts] of byReport) {
      const lines = new Map<string, Instruction>();
      for (const [, bytes] of texts) {
        for (const line of readSession(bytes)?.instructions ?? [])
          lines.set(`${line.function}+${line.offset}`, line);
      }
      for (const { code, function: name, offset } of texts.flatMap(([id, bytes]) => codes(id, bytes))) {
        let at = code.trapAt ?? 0;
        for (;;) {
          const line = lines.get(`${name}+${offset + at - (code.trapAt ?? 0)}`);
          const decoded =
            line === undefined ? null : disassemble('x86_64', bytesFrom(code, at), line.address);
          if (line === undefined || decoded === null) break;
          compared += 1;
          if (plain(line.text) !== plain(decoded.text))
            differences.push(`${report}: ${line.text} | ${decoded.text}`);
          at += decoded.lengthBytes ?? 0;
        }
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });

  it('has no line of a listing that cannot be read', () => {
    const unread: string[] = [];
    let read = 0;
    for (const [, bytes] of transcripts('kdump')) {
      for (const { text } of readSession(bytes)?.instructions ?? []) {
        const decoded: DecodedInstruction | null = text === '' ? null : parseInstructionText(text, 'x86_64');
        if (decoded !== null) read += 1;
        else if (text !== '' && text !== '(bad)') unread.push(text);
      }
    }
    expect(unread).toEqual([]);
    expect(read).toBeGreaterThan(1_000);
  });
});
