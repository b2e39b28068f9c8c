import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  changesGroups,
  diffGroups,
  type GroupDiff,
  type GroupedText,
  type GroupShare,
} from '@oopstream/core-signature';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { groupsOf, parseSnapshot, snapshotLine } from './group-snapshot';

interface DiffOptions {
  readonly from: string;
  readonly to?: string;
  readonly json?: boolean;
  readonly check?: boolean;
}

const EXAMPLE = `
Examples:
  $ oopstream signature snapshot /var/lib/crashes > before.ndjson     # with the version that runs now
  $ oopstream signature diff --from before.ndjson /var/lib/crashes    # with the new one`;

export function registerSignature(program: Command, io: CliIo): void {
  const signature = program
    .command('signature')
    .description('what another version of reading rules and frame lists would do to the groups')
    .addHelpText('after', EXAMPLE);
  signature
    .command('snapshot')
    .description('write the group of every crash of these texts as NDJSON')
    .argument('<path...>', 'texts, or folders of them')
    .action(async (paths: readonly string[]) => {
      for (const text of groupsOf(paths, io.cwd))
        if (!io.stdout.write(`${snapshotLine(text)}\n`)) await once(io.stdout, 'drain');
    });
  signature
    .command('diff')
    .description('tell which groups split, merge, or get another name between two versions')
    .argument('[path...]', 'the texts of the snapshot, read now by this version (unless --to is given)')
    .requiredOption('--from <snapshot>', 'output of `signature snapshot` or `fingerprint` by the one version')
    .option('--to <snapshot>', 'the same by the other version')
    .option('--json', 'everything as JSON')
    .option('--check', 'exit code 1 when any group changes')
    .addHelpText('after', EXAMPLE)
    .action((paths: readonly string[], options: DiffOptions) => {
      const now = after(paths, options, io);
      const diff = diffGroups(readSnapshot(options.from, io), now);
      io.stdout.write(options.json === true ? `${JSON.stringify(diff, null, 2)}\n` : renderDiff(diff));
      if (options.check === true && changesGroups(diff)) throw new CliError('groups change', EXIT.failed);
    });
}

function after(paths: readonly string[], { to }: DiffOptions, io: CliIo): GroupedText[] {
  if ((to === undefined) === (paths.length === 0))
    throw new CliError('give either --to or the texts to read', EXIT.usage);
  return to === undefined ? [...groupsOf(paths, io.cwd)] : readSnapshot(to, io);
}

function readSnapshot(file: string, io: CliIo): GroupedText[] {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new CliError(
      `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.usage,
      { cause: error },
    );
  }
  return parseSnapshot(file, text);
}

const nameOf = (groupText: string) => groupText.replaceAll('\n', ' ');
const shareText = ({ groupText, crashes }: GroupShare) => `${nameOf(groupText)} (${crashes})`;

function renderDiff(diff: GroupDiff): string {
  const lines = [
    ...diff.splits.map(
      ({ group, into }) => `split    ${shareText(group)} into ${into.map(shareText).join(', ')}`,
    ),
    ...diff.merges.map(
      ({ group, outOf }) => `merged   ${outOf.map(shareText).join(', ')} into ${shareText(group)}`,
    ),
    ...diff.renames.map(({ from, to }) => `renamed  ${nameOf(from.groupText)} to ${shareText(to)}`),
    ...diff.lost.map(({ id, groupText }) => `lost     ${nameOf(groupText)} in ${id}`),
    ...diff.found.map(({ id, groupText }) => `found    ${nameOf(groupText)} in ${id}`),
    ...diff.unpaired.map((id) => `skipped  ${id}: only one side has it`),
    [
      `${diff.comparedCrashes} crashes compared: ${diff.unchangedGroups} groups unchanged`,
      `${diff.splits.length} split`,
      `${diff.merges.length} merged`,
      `${diff.renames.length} renamed`,
      `${diff.lost.length} crashes lost`,
      `${diff.found.length} found`,
    ].join(', '),
  ];
  return `${lines.join('\n')}\n`;
}
