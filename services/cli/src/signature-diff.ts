import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  changesGroups,
  createGroupComparison,
  diffGroups,
  type GroupDiff,
  type GroupedText,
} from '@oopstream/core-signature';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { renderDiff } from './group-diff-text';
import { groupsOf, orRefuse, parseSnapshot } from './group-snapshot';
import { startTotals, storedGroups, totalsText, viewTotals, walkOptions } from './stored-groups';
import type { StoredGroups, WalkOptions, WalkTotals } from './stored-groups';

interface DiffOptions extends WalkOptions {
  readonly from: string;
  readonly to?: string;
  readonly json?: boolean;
  readonly exitCode?: boolean;
}

const MORE = `
A side is one of
  stored   the groups that a running oopstream has, made by the version that it runs
  here     the texts that it has stored, read now by this program (a token with scopes read and raw)
  <file>   a snapshot: output of \`signature snapshot\` or \`fingerprint\` of any version
A program holds one version of rules and frame lists: two versions are two programs, or a program and what is stored.

Examples:
  $ oopstream signature diff --from stored --to here --since 30d      # what would an upgrade to this version do?
  $ oopstream signature diff --from before.ndjson /var/lib/crashes    # the same, over a folder of texts`;

export function registerDiff(signature: Command, io: CliIo): void {
  const command = signature
    .command('diff')
    .description('tell which groups split, merge, or get another name between two versions')
    .argument('[path...]', 'the texts of the snapshot, read now by this program (instead of --to)')
    .requiredOption('--from <side>', 'before: stored, here, or a snapshot')
    .option('--to <side>', 'after: stored, here, or a snapshot')
    .option('--json', 'everything as JSON')
    .option('--exit-code', 'end with 1 when any group changes')
    .addHelpText('after', MORE);
  walkOptions(command).action(async (paths: readonly string[], options: DiffOptions) => {
    const totals = startTotals();
    const isWalk = [options.from, options.to].some(isStored);
    checkSides(paths, options);
    const diff = isWalk ? await diffStored(options, totals, io) : diffFiles(paths, options, io);
    const told = isWalk ? { ...diff, walk: viewTotals(totals) } : diff;
    io.stdout.write(options.json === true ? `${JSON.stringify(told, null, 2)}\n` : renderDiff(diff));
    if (isWalk) io.stderr.write(totalsText(totals));
    if (options.exitCode === true && changesGroups(diff)) throw new CliError('groups change', EXIT.failed);
  });
}

const isStored = (side: string | undefined): side is 'stored' | 'here' =>
  side === 'stored' || side === 'here';

function checkSides(paths: readonly string[], { from, to }: DiffOptions): void {
  const refuse = (why: string) => new CliError(why, EXIT.usage);
  if ((to === undefined) === (paths.length === 0)) throw refuse('give either --to or the texts to read');
  if (paths.length > 0 && isStored(from))
    throw refuse('texts of a folder are compared with a snapshot of the same folder');
  if (from === to) throw refuse('both sides are the same');
}

function diffFiles(paths: readonly string[], { from, to }: DiffOptions, io: CliIo): GroupDiff {
  const after = to === undefined ? [...groupsOf(paths, io.cwd)] : readSnapshot(to, io);
  return diffGroups(readSnapshot(from, io), after);
}

/** Holds the groups, one text at a time of those that are read. */
async function diffStored(options: DiffOptions, totals: WalkTotals, io: CliIo): Promise<GroupDiff> {
  const sides = [options.from, options.to ?? 'here'] as const;
  const [before, after] = sides.map((side) => sideOf(side, io)) as [Side, Side];
  const comparison = createGroupComparison();
  const walk = { withTexts: sides.includes('here'), totals };
  for await (const groups of storedGroups(options, walk, io))
    comparison.add(before.of(groups), after.of(groups));
  for (const text of before.rest()) comparison.add(text, null);
  for (const text of after.rest()) comparison.add(null, text);
  return comparison.result();
}

interface Side {
  /** @returns the text as this side has it; `null` where it does not. */
  of(groups: StoredGroups): GroupedText | null;
  /** What was not asked for. */
  rest(): Iterable<GroupedText>;
}

function sideOf(name: string, io: CliIo): Side {
  if (isStored(name)) return { of: (groups) => groups[name], rest: () => [] };
  const texts = new Map(readSnapshot(name, io).map((text) => [text.id, text]));
  return {
    of({ stored: { id } }) {
      const text = texts.get(id) ?? null;
      texts.delete(id);
      return text;
    },
    rest: () => texts.values(),
  };
}

function readSnapshot(file: string, io: CliIo): GroupedText[] {
  return parseSnapshot(
    file,
    orRefuse(file, () => readFileSync(resolve(io.cwd, file), 'utf8')),
  );
}
