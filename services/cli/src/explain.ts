import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  DEFAULT_READ_LIMITS,
  readTranscript,
  type Observation,
  type Reading,
} from '@oopstream/core-transcript';
import { explain, type Explanation } from '@oopstream/core-signature';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { renderExplained } from './explain-text';
import { hashText } from './fingerprint';

/** One crash of a transcript with everything that led to its keys. */
export interface ExplainedCrash {
  readonly reading: Reading;
  readonly explanation: Explanation;
}

export interface Explained {
  readonly file: string;
  readonly sizeBytes: number;
  readonly omittedReadings: number;
  readonly crashes: readonly ExplainedCrash[];
  /** What each line that mattered was taken for. */
  readonly lines: readonly (Observation & { readonly text: string })[];
}

export function explainBytes(file: string, bytes: Uint8Array): Explained {
  const seen: Observation[] = [];
  const { readings, omittedReadings } = readTranscript(bytes, DEFAULT_READ_LIMITS, (o) => seen.push(o));
  const decoder = new TextDecoder();
  return {
    file,
    sizeBytes: bytes.length,
    omittedReadings,
    crashes: readings.map((reading) => ({ reading, explanation: explain(reading, hashText) })),
    lines: seen.map((o) => ({ ...o, text: decoder.decode(bytes.subarray(o.span.start, o.span.end)) })),
  };
}

/** The JSON form: hashing `text` of a key with SHA-256 and keeping 32 digits gives its `key`. */
function toJson(explained: Explained): unknown {
  return {
    ...explained,
    crashes: explained.crashes.map(({ reading, explanation }) => {
      const { signature, blame, candidates, exactText, looseText } = explanation;
      return {
        reading,
        signature,
        blame,
        candidates,
        hashed: {
          group: { text: signature.groupText, key: signature.groupKey },
          exact: { text: exactText, key: signature.exactKey },
          loose: { text: looseText, key: signature.looseKey },
        },
      };
    }),
  };
}

async function readInput(file: string, io: CliIo): Promise<Uint8Array> {
  if (file === '-') return buffer(io.stdin);
  try {
    return await readFile(resolve(io.cwd, file));
  } catch (error) {
    throw new CliError(
      `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.usage,
    );
  }
}

export function registerExplain(program: Command, io: CliIo): void {
  program
    .command('explain')
    .description('read a crash text offline: what it shows, its keys, and why (`-` reads standard input)')
    .argument('<file>', 'kernel log, pstore record or crash(8) session')
    .option('--json', 'everything as JSON')
    .option('--lines', 'also show what each line was read as')
    .addHelpText('after', '\nExample:\n  $ dmesg | oopstream explain -')
    .action(async (file: string, options: { readonly json?: boolean; readonly lines?: boolean }) => {
      const explained = explainBytes(file, await readInput(file, io));
      const text =
        options.json === true
          ? JSON.stringify(toJson(explained), null, 2)
          : renderExplained(explained, options.lines === true);
      io.stdout.write(`${text}\n`);
    });
}
