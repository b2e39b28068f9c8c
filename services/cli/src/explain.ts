import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openDisassembler } from '@oopstream/backends/disassembler';
import { Option, type Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { explainTexts, type NamedBytes } from './explain/explained';
import { explainedJson } from './explain/explained-json';
import { renderPage } from './explain/page';
import { COLOUR_CHOICES, terminalOf, type ColourChoice } from './explain/terminal';
import { visible, visibleJson } from './explain/visible';
import { readSymbolFile } from './symbol-file';

async function readInputs(files: readonly string[], io: CliIo): Promise<readonly NamedBytes[]> {
  if (files.filter((file) => file === '-').length > 1)
    throw new CliError('standard input can be read once: `-` is given twice', EXIT.usage);
  const read: NamedBytes[] = [];
  for (const file of files) read.push({ file, bytes: await readInput(file, io) });
  return read;
}

async function readInput(file: string, io: CliIo): Promise<Uint8Array> {
  if (file === '-') return buffer(io.stdin);
  try {
    return await readFile(resolve(io.cwd, file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(visible(`cannot read ${file}: ${why}`), EXIT.usage, { cause: error });
  }
}

interface ExplainOptions {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly registers?: boolean;
  readonly signature?: boolean;
  readonly lines?: boolean;
  readonly color: ColourChoice;
  readonly symbols?: string;
}

const EXAMPLES = `
Examples:
  $ dmesg | oopstream explain -
  $ oopstream explain vmcore-dmesg.txt crash-session.txt     # one crash, told by two texts
  $ oopstream explain --symbols /boot/System.map-6.1.0-47-amd64 console.log   # a log of addresses`;

export function registerExplain(program: Command, io: CliIo): void {
  program
    .command('explain')
    .description(
      'say offline what happened in a crash and show the lines that say so; several texts of one crash are read together',
    )
    .argument('<file...>', 'kernel log, pstore record or crash(8) session; `-` reads standard input')
    .option('--json', 'everything as JSON')
    .option('--all', 'every finding with all its evidence, and what would confirm it')
    .option('--registers', 'every register with what its value looks like')
    .option('--signature', 'how it was signed: frames that were passed over and why, what was hashed')
    .option('--lines', 'what each line was read as')
    .option('--symbols <map>', 'System.map, kallsyms or nm output of that kernel: names for bare addresses')
    .addOption(new Option('--color <when>', 'colours').choices(COLOUR_CHOICES).default('auto'))
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: ExplainOptions) => explainFiles(files, options, io));
}

async function explainFiles(files: readonly string[], options: ExplainOptions, io: CliIo): Promise<void> {
  const symbols = options.symbols === undefined ? null : await readSymbolFile(options.symbols, io.cwd);
  const inputs = await readInputs(files, io);
  const explained = explainTexts(inputs, await openDisassembler(), symbols);
  const remarks = explained.remarks.map(visible);
  if (explained.isOfAnotherBuild) throw new CliError(remarks.join('; '), EXIT.usage);
  for (const remark of remarks) io.stderr.write(`oopstream: ${remark}\n`);
  const { all = false, registers = false, signature = false, lines = false } = options;
  const text =
    options.json === true
      ? visibleJson(explainedJson(explained))
      : renderPage(explained, { all, registers, signature, lines }, terminalOf(io, options.color));
  io.stdout.write(`${text}\n`);
}
