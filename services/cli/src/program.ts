import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { registerCensus } from './census';
import { registerDecisions } from './decisions';
import { registerExplain } from './explain';
import { registerFingerprint } from './fingerprint';
import { registerFixes } from './fixes';
import { registerGate } from './gate';
import { registerHost } from './host';
import { registerIncidents } from './incidents';
import { registerLedger } from './ledger';
import { registerPatterns } from './patterns';
import { registerRates } from './rates';
import { registerReboots } from './reboots';
import { registerReplay } from './replay';
import { registerSend } from './send';
import { registerSignature } from './signature';
import { registerWebhooks } from './webhooks';

const REGISTER = [
  registerExplain,
  registerFingerprint,
  registerSend,
  registerReplay,
  registerIncidents,
  registerDecisions,
  registerFixes,
  registerCensus,
  registerRates,
  registerPatterns,
  registerGate,
  registerReboots,
  registerHost,
  registerLedger,
  registerWebhooks,
  registerSignature,
];

const AFTER = `
Commands that talk to an oopstream find the one that runs here (npm start) by themselves; for another one
give --url and --token, or set OOPSTREAM_URL and OOPSTREAM_TOKEN.

Exit codes: 0 done; 1 refused, out of reach, the ledger does not add up, or groups change where asked to tell; 2 wrong usage or input;
3 a release is worse, 4 not enough data to say (gate); 5 what was to be acted on was merged into another, which is named.

Example:
  $ oopstream send --host web-17 /var/crash/127.0.0.1-2026-11-23-04:12:09/vmcore-dmesg.txt`;

function createProgram(io: CliIo): Command {
  const program = new Command('oopstream')
    .description('Kernel crashes of a fleet: read, signed, grouped.')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('after', AFTER)
    // Else `incidents` takes the options that its subcommands have too.
    .enablePositionalOptions();
  for (const register of REGISTER) register(program, io);
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])])
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  return program;
}

function version(): string {
  const file = join(__dirname, '../package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}

/**
 * Runs one command to its end. Expected trouble is told in a line of standard error.
 *
 * @param args without node and the program.
 * @returns the exit code.
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  try {
    await createProgram(io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    if (!(error instanceof CliError)) throw error;
    io.stderr.write(`oopstream: ${error.message}\n`);
    return error.exitCode;
  }
}
