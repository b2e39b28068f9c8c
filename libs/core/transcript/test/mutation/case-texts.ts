import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const CASES = join(__dirname, '../../cases');

/** The transcripts of the case library. */
export function caseTexts(): { id: string; bytes: Uint8Array }[] {
  return readdirSync(CASES).flatMap((kind) =>
    readdirSync(join(CASES, kind)).map((slug) => ({
      id: `${kind}/${slug}`,
      bytes: readFileSync(join(CASES, kind, slug, 'transcript.txt')),
    })),
  );
}
