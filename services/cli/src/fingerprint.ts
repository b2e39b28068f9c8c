import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { readTranscript, type Frame, type Reading } from '@oopstream/core-transcript';
import { sign } from '@oopstream/core-signature';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { linesOf } from './fingerprint-lines';
import { isOfAnotherBuild, readSymbolFile, readWithSymbols, type SymbolFile } from './symbol-file';

const question = z.object({ id: z.string(), text: z.string() });
const encoder = new TextEncoder();

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The answer of the batch contract for one text. */
export function answerFor(text: string): readonly Record<string, unknown>[] {
  return readTranscript(encoder.encode(text)).readings.map(crashOf);
}

function crashOf(reading: Reading): Record<string, unknown> {
  const signature = sign(reading, hashText);
  return {
    kind: reading.kind,
    headline: reading.headline,
    exception: reading.exception,
    title: signature.title,
    signature: signature.groupText,
    signatureHash: signature.groupKey,
    faultFunction: reading.fault?.function ?? null,
    faultOffset: reading.fault?.offset ?? null,
    faultModule: reading.fault?.module ?? null,
    entry: signature.entry,
    blamed: signature.blamed,
    frames: reading.frames.map(frameOf),
    corrupted: reading.damage !== null,
    panicked: reading.panicked,
    kernelRelease: reading.kernelRelease,
    arch: reading.arch,
    comm: reading.comm,
    pid: reading.pid,
    cpu: reading.cpu,
    taint: reading.taint,
    hardware: reading.hardware,
  };
}

function frameOf(frame: Frame): Record<string, unknown> {
  return {
    function: frame.function,
    offset: frame.offset,
    size: frame.size,
    module: frame.module,
    reliable: frame.reliable,
    inline: frame.inline,
    source: frame.source,
  };
}

function questionIn(line: string, number: number): z.infer<typeof question> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new CliError(`input line ${number} is not JSON`, EXIT.usage);
  }
  const asked = question.safeParse(parsed);
  if (!asked.success)
    throw new CliError(`input line ${number} is not {"id": string, "text": string}`, EXIT.usage);
  return asked.data;
}

/** How the texts are read. */
export interface FingerprintOptions {
  /** Names what stands as a bare address; `null`: bare addresses stay out. */
  readonly symbols: SymbolFile | null;
  /** Told what of the map could not be used for a text. */
  readonly remark: (line: string) => void;
}

const PLAIN: FingerprintOptions = { symbols: null, remark: () => undefined };

/**
 * NDJSON in, NDJSON out, one answer a line in the order of the input; holds one line at a time.
 *
 * @throws CliError at a line that is not a question; at the end, where the symbol map was of another build than a text.
 */
export async function fingerprintStream(
  input: Readable,
  output: Writable,
  { symbols, remark }: FingerprintOptions = PLAIN,
): Promise<void> {
  let number = 0;
  let mismatches = 0;
  for await (const line of linesOf(input)) {
    number++;
    if (line.trim() === '') continue;
    const { id, text } = questionIn(line, number);
    const named = symbols === null ? null : readWithSymbols(encoder.encode(text), symbols);
    for (const one of named?.remarks ?? []) remark(`${id}: ${one}`);
    if (isOfAnotherBuild(named?.boots ?? [])) mismatches++;
    const crashes = named === null ? answerFor(text) : named.readings.map(crashOf);
    if (!output.write(`${JSON.stringify({ id, crashes })}\n`)) await once(output, 'drain');
  }
  if (mismatches > 0 && symbols !== null)
    throw new CliError(
      `symbols-mismatch: ${symbols.file} is of another build than ${mismatches} of the texts`,
    );
}

export function registerFingerprint(program: Command, io: CliIo): void {
  program
    .command('fingerprint')
    .description(
      'read crash texts as NDJSON {"id","text"} from standard input, write what they show as NDJSON',
    )
    .option('--symbols <map>', 'System.map, kallsyms or nm output of their kernel: names for bare addresses')
    .addHelpText(
      'after',
      '\nExample:\n  $ jq -cnR \'{id: "1", text: [inputs] | join("\\n")}\' oops.txt | oopstream fingerprint',
    )
    .action(async (options: { readonly symbols?: string }) => {
      const symbols = options.symbols === undefined ? null : await readSymbolFile(options.symbols, io.cwd);
      const remark = (line: string) => void io.stderr.write(`oopstream: ${line}\n`);
      await fingerprintStream(io.stdin, io.stdout, { symbols, remark });
    });
}
