import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CliError, EXIT } from './cli-error';

/** In the watched folder: name of each crash that is done with, and what came of it. */
const SENT_FILE = '.oopstream-sent.json';

const sentSchema = z.record(z.string(), z.string());

/** @throws CliError where the file is there but cannot be read: sending everything anew would not be right. */
export function readSent(dir: string): Map<string, string> {
  const file = join(dir, SENT_FILE);
  try {
    return new Map(Object.entries(sentSchema.parse(JSON.parse(readFileSync(file, 'utf8')))));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return new Map();
    const why = error instanceof z.ZodError ? 'not a list of crashes' : message;
    throw new CliError(`cannot read ${file}: ${why}`, EXIT.usage);
  }
}

/** Replaces the file in one step: whoever stops in between leaves the old one. @throws CliError where that fails. */
export function rememberSent(dir: string, name: string, outcome: string): void {
  const file = join(dir, SENT_FILE);
  const sent = Object.fromEntries(readSent(dir).set(name, outcome));
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(sent, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new CliError(`cannot remember what was sent: ${(error as Error).message}`, EXIT.usage);
  }
}
