import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { acceptedSchema } from '@oopstream/contracts';
import type { HostContext } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import { findTarget } from './connection';
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
  readonly once?: boolean;
}

export function registerSend(program: Command): void {
  program
    .command('send')
    .description('send transcripts to a running oopstream')
    .argument('[file...]', 'texts to send; several of one crash together with --bundle')
    .option('--host <name>', 'host that crashed (default: this one)')
    .option('--machine-id <id>', 'its /etc/machine-id')
    .option('--boot-id <uuid>', 'boot that crashed')
    .option('--release <release>', 'kernel that crashed, as uname -r says')
    .option('--bundle', 'the files are texts of one crash')
    .option('--watch <dir>', 'send what appears in a crash folder, such as /var/crash, and go on watching')
    .option('--every <seconds>', 'how often --watch looks', '10')
    .option('--once', 'with --watch: send what is there now, then end')
    .option('--url <url>', 'collector (default: the running local one)')
    .option('--token <token>', 'ingest token')
    .option('--connection <file>', 'connection.json to read both from')
    .action(async (files: string[], options: SendOptions) => {
      if (files.length === 0 && options.watch === undefined)
        throw new CliError('nothing to send: name files, or a folder with --watch', EXIT.usage);
      const target = findTarget(options, 'ingest');
      const context = contextOf(options);
      if (files.length > 0) await sendFiles(target, files, context, options.bundle === true);
      if (options.watch !== undefined)
        await watchFolder({
          dir: options.watch,
          everyMs: secondsToMs(options.every),
          once: options.once === true,
          send: (paths) => sendBundle(target, paths, context),
        });
    });
}

function secondsToMs(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new CliError(`--every ${text}: seconds, above 0`, EXIT.usage);
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

async function sendFiles(
  target: Target,
  files: readonly string[],
  context: HostContext,
  asBundle: boolean,
): Promise<void> {
  for (const paths of asBundle ? [files] : files.map((file) => [file]))
    report(paths, await sendBundle(target, paths, context));
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

function report(paths: readonly string[], answer: Answer): void {
  const accepted = acceptedSchema.safeParse(answer.body);
  if (answer.status !== 202 || !accepted.success)
    throw new CliError(`${paths.join(', ')}: ${describeProblem(answer)}`);
  accepted.data.transcripts.forEach((transcript, index) => {
    process.stdout.write(`${transcript.id}  ${paths[index] ?? ''}\n`);
  });
}
