import type { Span } from '@oopstream/core-transcript';

/** A text as it was given, with its lines; line numbers begin at 1, as editors count. */
export interface SourceText {
  readonly file: string;
  /** What tells it from the other texts: the end of `file`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly lineCount: number;
  readonly lineAt: (offset: number) => number;
  /** Bytes of a line without its end. */
  readonly lineSpan: (line: number) => Span;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

export function openText(file: string, bytes: Uint8Array, name = file): SourceText {
  const starts = bytes.length === 0 ? [] : [0];
  for (let at = bytes.indexOf(NEWLINE); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(NEWLINE, at + 1))
    starts.push(at + 1);
  const lineAt = (offset: number): number => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const lineSpan = (line: number): Span => {
    const start = starts[line - 1] ?? bytes.length;
    let end = starts[line] ?? bytes.length;
    while (end > start && (bytes[end - 1] === NEWLINE || bytes[end - 1] === RETURN)) end--;
    return { start, end };
  };
  return { file, name, bytes, lineCount: starts.length, lineAt, lineSpan };
}

/** For each path as many of its last parts as tell it from the others. */
export function shortNames(files: readonly string[]): readonly string[] {
  const tail = (file: string, parts: number): string => file.split('/').slice(-parts).join('/');
  return files.map((file) => {
    const others = files.filter((other) => other !== file);
    let parts = 1;
    while (tail(file, parts) !== file && others.some((other) => tail(other, parts) === tail(file, parts)))
      parts++;
    return tail(file, parts);
  });
}
