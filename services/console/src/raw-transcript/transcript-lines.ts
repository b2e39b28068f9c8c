/** Bytes of a transcript, half open. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** One line of a transcript: where it lies in the bytes, without its line end. */
export interface TranscriptLine extends ByteSpan {
  /** From 1. */
  readonly number: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts bytes at line feeds. Texts are decoded when they are shown: {@link showable}. */
export function transcriptLines(bytes: Uint8Array): readonly TranscriptLine[] {
  const lines: TranscriptLine[] = [];
  let start = 0;
  while (start < bytes.length) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const next = feed === -1 ? bytes.length : feed + 1;
    let end = feed === -1 ? bytes.length : feed;
    if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
    lines.push({ number: lines.length + 1, start, end });
    start = next;
  }
  return lines;
}

// A mark of byte order stays: what stands there is shown, and pieces of a line decode as the line does.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as text. What is no UTF-8 shows as �, control characters as their pictures (␛). */
export function showable(bytes: Uint8Array): string {
  // \p{Cc} is every control character; nearly no line has one but the tab.
  return decoder.decode(bytes).replaceAll(/\p{Cc}/gu, (character) => {
    const at = character.codePointAt(0) ?? 0;
    if (character === '\t') return character;
    return at < 0x20 ? String.fromCodePoint(0x2400 + at) : at === 0x7f ? '␡' : '�';
  });
}

/** Index of the line that holds byte `at`; the last line for anything beyond the end. -1 where there is no line. */
export function lineIndexAt(lines: readonly TranscriptLine[], at: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle]?.start ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return high < 0 ? -1 : low;
}
