import { readFileSync } from 'node:fs';
import { MAX_FIXES_ADDED, MAX_PAGE_ITEMS, addedFixesSchema, fixPageSchema } from '@oopstream/contracts';
import type { FixView } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions, Target } from './connection';
import { describeProblem, expectAnswer, getJson, request } from './http-client';

interface NewFix {
  readonly commit: string;
  readonly release?: string;
  readonly livepatch?: string;
  readonly note?: string;
}

export function registerFixes(program: Command, io: CliIo): void {
  const fixes = program
    .command('fixes')
    .description('in which release of each branch a commit came first, and which livepatches carry it')
    .action(() => {
      fixes.help({ error: true });
    });
  registerAdd(fixes, io);
  registerList(fixes, io);
  registerRemove(fixes, io);
  registerImport(fixes, io);
}

function registerAdd(fixes: Command, io: CliIo): void {
  const command = fixes
    .command('add')
    .description('say where a commit is')
    .argument('<commit>', '12 digits or more')
    .option('--release <release...>', 'first release of a branch that has it')
    .option('--livepatch <name...>', 'livepatch that carries it')
    .option('--note <text>', 'how you know')
    .option('--json', 'print the API answer')
    .addHelpText(
      'after',
      '\nExample:\n  $ oopstream fixes add 0123456789ab --release 6.1.90 5.14.0-427.13.1.el9_4.x86_64',
    );
  connectionOptions(command, 'admin').action(
    async (
      commit: string,
      options: ConnectionOptions & {
        readonly release?: readonly string[];
        readonly livepatch?: readonly string[];
        readonly note?: string;
        readonly json?: boolean;
      },
    ) => {
      const { release = [], livepatch = [], note } = options;
      const more = note === undefined ? {} : { note };
      const items = [
        ...release.map((one) => ({ commit, release: one, ...more })),
        ...livepatch.map((one) => ({ commit, livepatch: one, ...more })),
      ];
      if (items.length === 0) throw new CliError('say where it is: --release or --livepatch', EXIT.usage);
      await add(findTarget(options, 'admin', io), items, io, options.json === true);
    },
  );
}

async function add(target: Target, items: readonly NewFix[], io: CliIo, json: boolean): Promise<void> {
  const sums = { added: 0, known: 0 };
  for (let at = 0; at < items.length; at += MAX_FIXES_ADDED) {
    const answer = await request(target, 'POST', '/v1/fixes', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ items: items.slice(at, at + MAX_FIXES_ADDED) }),
    });
    const { added, known } = expectAnswer(answer, 200, addedFixesSchema);
    sums.added += added;
    sums.known += known;
  }
  io.stdout.write(json ? `${JSON.stringify(sums, null, 2)}\n` : `${sums.added} added, ${sums.known} known\n`);
}

function registerList(fixes: Command, io: CliIo): void {
  const command = fixes
    .command('list')
    .description('list the table, last added first')
    .option('--commit <id>', 'only of this commit')
    .option('--limit <n>', 'at most this many; all of them unless told')
    .option('--json', 'print the API answer, all pages in one')
    .addHelpText('after', '\nExample:\n  $ oopstream fixes list --commit 0123456789ab');
  connectionOptions(command, 'read').action(
    async (
      options: ConnectionOptions & {
        readonly commit?: string;
        readonly limit?: string;
        readonly json?: boolean;
      },
    ) => {
      const { commit, limit } = options;
      if (limit !== undefined && !/^[1-9]\d*$/.test(limit))
        throw new CliError('--limit is a whole number from 1', EXIT.usage);
      const most = limit === undefined ? Infinity : Number(limit);
      const found = await walkFixes(findTarget(options, 'read', io), commit ?? null, most);
      if (options.json === true) io.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
      else io.stdout.write(found.items.length === 0 ? 'no fixes\n' : found.items.map(line).join(''));
    },
  );
}

interface FixesFound {
  readonly items: readonly FixView[];
  readonly nextCursor: string | null;
}

/** Page by page; `nextCursor` is `null` unless `limit` cut it short. */
async function walkFixes(target: Target, commit: string | null, limit: number): Promise<FixesFound> {
  const items: FixView[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({
      limit: String(Math.min(MAX_PAGE_ITEMS, limit - items.length)),
      ...(commit !== null && { commit }),
      ...(cursor !== null && { cursor }),
    });
    const page: FixesFound = await getJson(target, `/v1/fixes?${query}`, fixPageSchema);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, nextCursor: cursor };
}

function line({ id, commit, release, branch, livepatch }: FixView): string {
  const where = release === null ? `livepatch ${livepatch ?? ''}` : `${release}  (${branch ?? 'no branch'})`;
  return `${id}  ${commit.slice(0, 12)}  ${where}\n`;
}

function registerRemove(fixes: Command, io: CliIo): void {
  const command = fixes
    .command('remove')
    .description('forget a line; what was judged by it stays judged')
    .argument('<id>', 'from `fixes list`')
    .addHelpText('after', '\nExample:\n  $ oopstream fixes remove 0192e4a0-5f3c-7c1e-9a54-0d7c1b2a3f44');
  connectionOptions(command, 'admin').action(async (id: string, options: ConnectionOptions) => {
    const target = findTarget(options, 'admin', io);
    const answer = await request(target, 'DELETE', `/v1/fixes/${encodeURIComponent(id)}`);
    if (answer.status !== 204) throw new CliError(describeProblem(answer));
  });
}

function registerImport(fixes: Command, io: CliIo): void {
  const command = fixes
    .command('import')
    .description(
      'add lines of a CSV file: commit,release,livepatch,note (release or livepatch); again without effect',
    )
    .argument('<file>', 'with or without that header line')
    .option('--json', 'print how many were added')
    .addHelpText('after', '\nExample:\n  $ oopstream fixes import fixes.csv');
  connectionOptions(command, 'admin').action(
    async (file: string, options: ConnectionOptions & { readonly json?: boolean }) => {
      await add(findTarget(options, 'admin', io), readRows(file), io, options.json === true);
    },
  );
}

/** No field holds a comma: what stands behind the third is the note. @throws CliError naming the line */
function readRows(file: string): NewFix[] {
  return readText(file)
    .split(/\r?\n/)
    .flatMap((text, index): NewFix[] => {
      if (text.trim() === '' || /^commit\s*,/i.test(text)) return [];
      const [commit = '', release = '', livepatch = '', ...note] = text
        .split(',')
        .map((field) => field.trim());
      if (commit === '' || (release === '') === (livepatch === ''))
        throw new CliError(
          `${file}:${index + 1}: commit,release,livepatch,note with either of both`,
          EXIT.usage,
        );
      const said = note.join(', ');
      return [
        {
          commit,
          ...(release !== '' && { release }),
          ...(livepatch !== '' && { livepatch }),
          ...(said !== '' && { note: said }),
        },
      ];
    });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read`, EXIT.usage, { cause: error });
  }
}
