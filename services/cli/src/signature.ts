import { once } from 'node:events';
import type { GroupedText } from '@oopstream/core-signature';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { groupsOf, snapshotLine } from './group-snapshot';
import { registerDiff } from './signature-diff';
import { startTotals, storedGroups, totalsText, walkOptions } from './stored-groups';
import type { WalkOptions } from './stored-groups';

interface SnapshotOptions extends WalkOptions {
  readonly stored?: boolean;
  readonly here?: boolean;
}

const EXAMPLE = `
Examples:
  $ oopstream signature snapshot /var/lib/crashes > before.ndjson     # with the version that runs now
  $ oopstream signature diff --from before.ndjson /var/lib/crashes    # with the new one
  $ oopstream signature snapshot --stored --since 30d > stored.ndjson # what a running oopstream has`;

export function registerSignature(program: Command, io: CliIo): void {
  const signature = program
    .command('signature')
    .description('what another version of reading rules and frame lists would do to the groups')
    .addHelpText('after', EXAMPLE);
  const snapshot = signature
    .command('snapshot')
    .description('write the group of every crash of these texts as NDJSON, a line a text')
    .argument('[path...]', 'texts, or folders of them')
    .option('--stored', 'instead: the groups that a running oopstream has stored')
    .option('--here', 'instead: the texts that it has stored, read now by this program')
    .addHelpText('after', EXAMPLE);
  walkOptions(snapshot).action(async (paths: readonly string[], options: SnapshotOptions) => {
    for await (const text of snapshotOf(paths, options, io))
      if (!io.stdout.write(`${snapshotLine(text)}\n`)) await once(io.stdout, 'drain');
  });
  registerDiff(signature, io);
}

async function* snapshotOf(
  paths: readonly string[],
  options: SnapshotOptions,
  io: CliIo,
): AsyncGenerator<GroupedText> {
  const { stored = false, here = false } = options;
  if ([paths.length > 0, stored, here].filter(Boolean).length !== 1)
    throw new CliError('give one of: texts, --stored, --here', EXIT.usage);
  if (paths.length > 0) yield* groupsOf(paths, io.cwd);
  else {
    const totals = startTotals();
    for await (const groups of storedGroups(options, { withTexts: here, totals }, io))
      yield groups.here ?? groups.stored;
    io.stderr.write(totalsText(totals));
  }
}
