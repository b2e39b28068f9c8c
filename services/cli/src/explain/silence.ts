import type { Observation } from '@oopstream/core-transcript';
import type { SourceText } from './source-text';

/** Why it is believed that a text shows no crash. */
export interface Silence {
  readonly reason: 'empty' | 'compressed' | 'binary' | 'session-only' | 'parts-only' | 'no-header';
  readonly text: string;
}

/** Files that people hand over as they lie on the disk, by their first bytes. */
const PACKED: readonly {
  readonly magic: readonly number[];
  readonly name: string;
  readonly unpack: string;
}[] = [
  { magic: [0x1f, 0x8b], name: 'gzip', unpack: 'zcat' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd', unpack: 'zstdcat' },
  { magic: [0xfd, 0x37, 0x7a, 0x58], name: 'xz', unpack: 'xzcat' },
  { magic: [0x42, 0x5a, 0x68], name: 'bzip2', unpack: 'bzcat' },
];
const LOOKED_AT_BYTES = 64 * 1024;
/** Consoles leave NULs and noise in a log; a file that is mostly such bytes is no text. */
const MOST_CONTROL_SHARE = 0.3;
/** Lines that do not make a crash by themselves and that people take for one. */
const PARTS = new Set(['frame', 'ip', 'registers', 'code', 'section', 'task', 'panic']);

export function explainSilence(
  source: SourceText,
  observations: readonly Observation[],
  hasSession: boolean,
): Silence {
  const { file, bytes, lineCount } = source;
  if (bytes.length === 0) return { reason: 'empty', text: 'the text is empty' };
  const packed = PACKED.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte));
  if (packed !== undefined)
    return {
      reason: 'compressed',
      text: `the file is compressed with ${packed.name}: ${packed.unpack} ${file} | oopstream explain -`,
    };
  if (controlShare(bytes) > MOST_CONTROL_SHARE)
    return { reason: 'binary', text: 'most of its bytes are no text' };
  const looked = `${lineCount} ${lineCount === 1 ? 'line' : 'lines'} read`;
  if (hasSession)
    return {
      reason: 'session-only',
      text: `${looked}: crash(8) output, without the backtrace of a task that crashed`,
    };
  const parts = observations.filter(({ role }) => PARTS.has(role));
  const [first] = parts;
  if (first !== undefined)
    return {
      reason: 'parts-only',
      text: `${looked}: ${parts.length} of them could be part of a report (${first.role}, line ${source.lineAt(first.span.start)}), but no line begins one`,
    };
  return {
    reason: 'no-header',
    text: `${looked}: none begins a report (oops, BUG, panic, WARNING, lockup, hung task, sanitizer, hardware error)`,
  };
}

function controlShare(bytes: Uint8Array): number {
  const looked = bytes.subarray(0, LOOKED_AT_BYTES);
  let controls = 0;
  for (const byte of looked)
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b) controls++;
  return controls / looked.length;
}
