import { Command, CommanderError } from 'commander';
import { CliError, EXIT } from './cli-error';
import { registerExplain } from './explain';
import { registerFingerprint } from './fingerprint';
import { registerIncidents } from './incidents';
import { registerLedger } from './ledger';
import { registerSend } from './send';

function createProgram(): Command {
  const program = new Command('oopstream')
    .description('kernel crashes: read, signed, grouped')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) });
  registerExplain(program);
  registerFingerprint(program);
  registerSend(program);
  registerIncidents(program);
  registerLedger(program);
  return program;
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
    else if (error instanceof CliError) {
      process.stderr.write(`oopstream: ${error.message}\n`);
      process.exitCode = error.exitCode;
    } else throw error;
  }
}

void main();
