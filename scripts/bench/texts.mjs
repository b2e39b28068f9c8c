import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/paths.mjs';

/** Console logs of the kdump corpus as bytes. */
export function corpusTexts() {
  return caseTexts('dmesg');
}

/** Texts of the kdump corpus of one sort: `dmesg`, `crash-session`, `crash-bt`. */
export function caseTexts(sort) {
  const dir = join(root, 'libs/core/transcript/cases/kdump');
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith(sort))
    .map((entry) => readFileSync(join(dir, entry.name, 'transcript.txt')));
}

/** A text of the corpus that was never sent before: its first line names a serial. */
export function freshText(texts, serial) {
  return Buffer.concat([Buffer.from(`[    0.000000] bench ${serial}\n`), texts[serial % texts.length]]);
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
