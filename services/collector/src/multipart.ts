import { Refusal } from './refusal';

/** One part of a `multipart/form-data` body. */
export interface Part {
  readonly name: string;
  /** Without directories; `null` when the sender gave none. */
  readonly fileName: string | null;
  /** Lower-case, without parameters; `null` when the part names none. */
  readonly mediaType: string | null;
  /** A view into the body, not a copy. */
  readonly bytes: Buffer;
}

const MAX_PART_HEADER_BYTES = 4_096;
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
const PARAMETER = /;\s*([\w*-]+)=(?:"((?:\\.|[^"\\])*)"|([^\s;"]*))/g;
const CRLF = '\r\n';

/**
 * Takes a whole body apart (RFC 7578, RFC 2046), without copying. Strict: a part that cannot be understood refuses the
 * body, since a part skipped silently would be a transcript lost after an answer of 202.
 */
export function splitMultipart(
  body: Buffer,
  contentType: string,
  limits: { readonly maxParts: number },
): readonly Part[] | Refusal {
  const [, quoted, bare] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return broken('Content-Type names no boundary');
  const delimiter = Buffer.from(`${CRLF}--${boundary}`, 'latin1');
  const parts: Part[] = [];
  // The first delimiter may open the body, without the line break before it.
  const opening = delimiter.subarray(CRLF.length);
  let at = body.subarray(0, opening.length).equals(opening)
    ? findLineAfter(body, opening.length)
    : findDelimiter(body, delimiter, 0);
  for (;;) {
    if (at === null) return broken('a delimiter is missing: the body was cut, or the boundary is another');
    if (at.isClosing) return parts;
    if (parts.length === limits.maxParts)
      return new Refusal('parts-too-many', `a body may have ${limits.maxParts} parts`);
    const end = findDelimiter(body, delimiter, at.nextLine - CRLF.length);
    if (end === null) return broken('the body ends within a part');
    const part = readPart(body.subarray(at.nextLine, Math.max(at.nextLine, end.start)));
    if (part instanceof Refusal) return part;
    parts.push(part);
    at = end;
  }
}

interface Delimiter {
  readonly start: number;
  readonly nextLine: number;
  readonly isClosing: boolean;
}

function findDelimiter(body: Buffer, delimiter: Buffer, from: number): Delimiter | null {
  for (let start = body.indexOf(delimiter, from); start >= 0; start = body.indexOf(delimiter, start + 1)) {
    const line = findLineAfter(body, start + delimiter.length);
    if (line !== null) return { ...line, start };
  }
  return null;
}

/** What follows a delimiter: `--`, or blanks and a line break; `null` where it was no delimiter but a longer word. */
function findLineAfter(body: Buffer, from: number): Delimiter | null {
  if (body.toString('latin1', from, from + 2) === '--')
    return { start: from, nextLine: from, isClosing: true };
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x09) at += 1;
  return body.toString('latin1', at, at + 2) === CRLF
    ? { start: from, nextLine: at + 2, isClosing: false }
    : null;
}

function readPart(bytes: Buffer): Part | Refusal {
  const headEnd = bytes.subarray(0, MAX_PART_HEADER_BYTES).indexOf(`${CRLF}${CRLF}`);
  if (headEnd < 0) return broken(`a part's headers do not end within ${MAX_PART_HEADER_BYTES} bytes`);
  const headers = new Map<string, string>();
  for (const line of bytes.toString('utf8', 0, headEnd).split(CRLF)) {
    const colon = line.indexOf(':');
    if (colon < 1) return broken('a header of a part has no name');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  const parameters = readParameters(disposition);
  const name = parameters.get('name');
  if (!/^form-data\s*;/i.test(disposition) || name === undefined)
    return broken('a part has no Content-Disposition: form-data with a name');
  return {
    name,
    fileName: baseName(parameters.get('filename')),
    mediaType: headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? null,
    bytes: bytes.subarray(headEnd + 2 * CRLF.length),
  };
}

function readParameters(disposition: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [, key = '', quoted, bare] of disposition.matchAll(PARAMETER))
    parameters.set(key.toLowerCase(), quoted?.replace(/\\(["\\])/g, '$1') ?? bare ?? '');
  return parameters;
}

function baseName(fileName: string | undefined): string | null {
  const base = fileName?.split(/[/\\]/).at(-1) ?? '';
  return base === '' ? null : base;
}

function broken(detail: string): Refusal {
  return new Refusal('multipart-broken', detail);
}
