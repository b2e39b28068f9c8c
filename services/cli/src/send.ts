import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, resolve } from 'node:path';
import { acceptedSchema } from '@oopstream/contracts';
import type { HostContext } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions, Target } from './connection';
import { describeProblem, request } from './http-client';
import type { Answer } from './http-client';
import { watchFolder } from './watch';

interface SendOptions extends ConnectionOptions {
  readonly host?: string;
  readonly machineId?: string;
  readonly bootId?: string;
  readonly release?: string;
  readonly bundle?: boolean;
  readonly watch?: string;
  readonly every: string;
  readonly settle: string;
  readonly once?: boolean;
}

const EXAMPLES = `
Examples:
  $ oopstream send --host web-17 --bundle vmcore-dmesg.txt crash-session.txt
  $ oopstream send --watch /var/crash --machine-id "$(cat /etc/machine-id)"`;

export function registerSend(program: Command, io: CliIo): void {
  const command = program
    .command('send')
    .description('send crash texts to a running oopstream; prints the id of each')
    .argument('[file...]', 'texts to send, each a crash of its own unless --bundle is given')
    .option('--host <name>', 'host that crashed (default: this one)')
    .option('--machine-id <id>', 'its /etc/machine-id, which tells hosts apart when names change')
    .option('--boot-id <uuid>', 'boot that crashed')
    .option('--release <release>', 'kernel that crashed, as uname -r says')
    .option('--bundle', 'the files are texts of one crash')
    .option('--watch <dir>', 'send each crash that appears in a folder, such as /var/crash, once')
    .option('--every <seconds>', 'with --watch: time between looks', '10')
    .option('--settle <seconds>', 'with --watch: leave files alone that changed less than this ago', '5')
    .option('--once', 'with --watch: look once, then end; exit code 1 when a crash was not accepted')
    .addHelpText('after', EXAMPLES);
  connectionOptions(command, 'ingest').action(async (files: string[], options: SendOptions) => {
    if (files.length === 0 && options.watch === undefined)
      throw new CliError('nothing to send: name files, or a folder with --watch', EXIT.usage);
    const target = findTarget(options, 'ingest', io);
    const context = contextOf(options);
    const paths = files.map((file) => resolve(io.cwd, file));
    if (paths.length > 0) await sendFiles(target, paths, context, options.bundle === true, io);
    if (options.watch === undefined) return;
    await watchFolder({
      dir: resolve(io.cwd, options.watch),
      everyMs: secondsToMs('--every', options.every),
      settleMs: secondsToMs('--settle', options.settle),
      once: options.once === true,
      send: (texts) => sendBundle(target, texts, context),
      say: (line) => void io.stdout.write(`${line}\n`),
      nowMs: io.nowMs,
      pause: io.pause,
    });
  });
}

function secondsToMs(option: string, text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new CliError(`${option} ${text}: seconds, above 0 and at most a day`, EXIT.usage);
  return seconds * 1000;
}

function contextOf(options: SendOptions): HostContext {
  return {
    host: options.host ?? hostname(),
    ...(options.machineId !== undefined && { machineId: options.machineId }),
    ...(options.bootId !== undefined && { bootId: options.bootId }),
    ...(options.release !== undefined && { kernelRelease: options.release }),
  };
}

/** A refused text does not keep the others from being sent. */
async function sendFiles(
  target: Target,
  files: readonly string[],
  context: HostContext,
  asBundle: boolean,
  io: CliIo,
): Promise<void> {
  const refusals: string[] = [];
  for (const paths of asBundle ? [files] : files.map((file) => [file])) {
    const answer = await sendBundle(target, paths, context);
    const accepted = acceptedSchema.safeParse(answer.body);
    if (answer.status === 202 && accepted.success)
      accepted.data.transcripts.forEach(({ id }, index) => io.stdout.write(`${id}  ${paths[index] ?? ''}\n`));
    else refusals.push(`${paths.join(', ')}: ${describeProblem(answer)}`);
  }
  if (refusals.length > 0) throw new CliError(refusals.join('\n'));
}

/** Sends texts of one crash. @throws CliError when a file cannot be read or nothing answers. */
async function sendBundle(target: Target, paths: readonly string[], context: HostContext): Promise<Answer> {
  const form = new FormData();
  form.append('context', new Blob([JSON.stringify(context)], { type: 'application/json' }));
  for (const path of paths)
    form.append('transcript', new Blob([readText(path)], { type: 'text/plain' }), basename(path));
  return request(target, 'POST', '/v1/transcripts', { body: form });
}

function readText(path: string): Buffer<ArrayBuffer> {
  try {
    if (!statSync(path).isFile()) throw new CliError(`${path} is no file`, EXIT.usage);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError((error as Error).message, EXIT.usage);
  }
}
