import { replayDiffSchema, replayListSchema, replaySchema } from '@oopstream/contracts';
import type { ReplayView } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions, Target } from './connection';
import { expectAnswer, getJson, request } from './http-client';
import { diffText, replayLine } from './replay-text';

/** Between two looks at a replay that is watched. */
const WATCH_MS = 1_000;
/** In these somebody has work to do yet, and it is not a person. */
const UNDER_WAY = ['planned', 'running', 'switching', 'rolling-back'];

interface Options extends ConnectionOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

interface StartOptions extends Options {
  readonly since?: string;
  readonly until?: string;
  readonly incident?: string;
  readonly release?: string;
  readonly algorithm?: string;
}

const AFTER = `
Examples:
  $ oopstream replay start --watch
  $ oopstream replay diff 0190f3c2-5a1c-7d00-8000-3c0e5a1c7d00
  $ oopstream replay approve 0190f3c2-5a1c-7d00-8000-3c0e5a1c7d00
  $ oopstream replay switch 0190f3c2-5a1c-7d00-8000-3c0e5a1c7d00 --watch`;

export function registerReplay(program: Command, io: CliIo): void {
  const replay = program
    .command('replay')
    .description('sign stored crashes again, compare, switch over, take back')
    .addHelpText('after', AFTER)
    .action(() => {
      replay.help({ error: true });
    });
  addStart(replay, io);
  addStatus(replay, io);
  addDiff(replay, io);
  for (const [act, description] of [
    ['approve', 'say that the diff is right'],
    ['switch', 'put what came out in the place of what is stored'],
    ['roll-back', 'take a switch over back'],
    ['cancel', 'let go of a replay that was not switched over'],
  ] as const)
    addAct(replay, io, act, description);
}

function addStart(replay: Command, io: CliIo): void {
  const command = replay
    .command('start')
    .description('replay into a shadow; nothing that is stored changes')
    .option('--since <time>', 'crashes from then on, RFC 3339')
    .option('--until <time>', 'crashes before then')
    .option('--incident <number>', 'crashes of one incident, such as OOPS-42')
    .option('--release <release>', 'crashes of one kernel')
    .option('--algorithm <version>', 'by this version (default: the newest)')
    .option('--watch', 'wait, and show how far it is')
    .option('--json', 'print the API answer');
  connectionOptions(command, 'admin').action(async (options: StartOptions) => {
    const { since, until, incident, release, algorithm } = options;
    const body = {
      range: { since, until, incident, release },
      ...(algorithm !== undefined && { algorithmVersion: Number(algorithm) }),
    };
    const target = findTarget(options, 'admin', io);
    const answer = await request(target, 'POST', '/v1/replays', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await show(target, expectAnswer(answer, 201, replaySchema), options, io);
  });
}

function addStatus(replay: Command, io: CliIo): void {
  const command = replay
    .command('status')
    .description('how far replays are')
    .argument('[id]', 'this one; all of them when left out')
    .option('--watch', 'wait, and show how far it is')
    .option('--json', 'print the API answer');
  connectionOptions(command, 'read').action(async (id: string | undefined, options: Options) => {
    const target = findTarget(options, 'read', io);
    if (id !== undefined) return show(target, await getJson(target, pathOf(id), replaySchema), options, io);
    const list = await getJson(target, '/v1/replays', replayListSchema);
    const text = list.items.length === 0 ? 'no replays' : list.items.map(replayLine).join('\n');
    io.stdout.write(`${options.json === true ? JSON.stringify(list, null, 2) : text}\n`);
  });
}

function addDiff(replay: Command, io: CliIo): void {
  const command = replay
    .command('diff')
    .description('what switching over would change')
    .argument('<id>', 'which replay')
    .option('--json', 'print the API answer');
  connectionOptions(command, 'read').action(async (id: string, options: Options) => {
    const diff = await getJson(findTarget(options, 'read', io), `${pathOf(id)}/diff`, replayDiffSchema);
    io.stdout.write(`${options.json === true ? JSON.stringify(diff, null, 2) : diffText(diff)}\n`);
  });
}

function addAct(replay: Command, io: CliIo, act: string, description: string): void {
  const command = replay
    .command(act)
    .description(description)
    .argument('<id>', 'which replay')
    .option('--watch', 'wait until it is done')
    .option('--json', 'print the API answer');
  connectionOptions(command, 'admin').action(async (id: string, options: Options) => {
    const target = findTarget(options, 'admin', io);
    const answer = await request(target, 'POST', `${pathOf(id)}/${act}`);
    await show(target, expectAnswer(answer, 200, replaySchema), options, io);
  });
}

async function show(target: Target, first: ReplayView, options: Options, io: CliIo): Promise<void> {
  let run = first;
  const print = (): void =>
    void io.stdout.write(`${options.json === true ? JSON.stringify(run, null, 2) : replayLine(run)}\n`);
  if (options.watch === true)
    while (UNDER_WAY.includes(run.state)) {
      if (options.json !== true) print();
      await io.pause(WATCH_MS);
      run = await getJson(target, pathOf(run.id), replaySchema);
    }
  print();
  if (run.reason !== null) throw new CliError(`${run.state}: ${run.detail ?? run.reason}`);
}

function pathOf(id: string): string {
  return `/v1/replays/${encodeURIComponent(id)}`;
}
