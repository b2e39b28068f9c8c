import {
  decisionPageSchema,
  decisionSchema,
  historyPageSchema,
  membershipProofSchema,
} from '@oopstream/contracts';
import type { DecisionView } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { renderDecision, renderHistory, renderProof } from './decision-text';
import { expectAnswer, getJson, request } from './http-client';

interface CommonOptions extends ConnectionOptions {
  readonly json?: boolean;
}
interface ActOptions extends CommonOptions {
  readonly note?: string;
}
interface SplitOptions extends ActOptions {
  readonly key: readonly string[];
  readonly crash: readonly string[];
  readonly into?: string;
}
interface PageOptions extends CommonOptions {
  readonly limit: string;
  readonly cursor?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const part = encodeURIComponent;

/** What people decide of groupings, under `incidents`, which is registered already. */
export function registerDecisions(program: Command, io: CliIo): void {
  const incidents = program.commands.find((command) => command.name() === 'incidents');
  if (incidents === undefined) throw new Error('registered before `incidents`');
  // So that --json after `incidents why` is that of `why`.
  incidents.enablePositionalOptions();
  registerMoves(incidents, io);
  registerPins(incidents, io);
  registerQuestions(incidents, io);
}

function registerMoves(incidents: Command, io: CliIo): void {
  act(incidents, 'merge')
    .description('merge an incident into another: crashes move, later ones follow, the number leads there')
    .argument('<number>', 'the one that is given up')
    .argument('<into>', 'the one that lives on')
    .addHelpText('after', '\nExample:\n  $ oopstream incidents merge OOPS-42 OOPS-7 --note "same lock"')
    .action((number: string, into: string, options: ActOptions) =>
      decide(io, options, `/v1/incidents/${part(number)}/merge`, { into }),
    );
  act(incidents, 'split')
    .description('split group keys, or crashes, off an incident: they never join it again by themselves')
    .argument('<number>', 'incident, such as OOPS-42')
    .option('--key <key>', 'group key with its crashes; may be given several times', gather, [])
    .option('--crash <id>', 'single crash; may be given several times', gather, [])
    .option('--into <number>', 'where to (default: a new incident)')
    .addHelpText('after', '\nExample:\n  $ oopstream incidents split OOPS-42 --key v1:0123456789abcdef')
    .action((number: string, { key, crash, into, ...options }: SplitOptions) => {
      if ((key.length === 0) === (crash.length === 0))
        throw new CliError('give either --key or --crash, once or more', EXIT.usage);
      return decide(io, options, `/v1/incidents/${part(number)}/split`, {
        ...(key.length > 0 ? { groupKeys: key } : { crashIds: crash }),
        ...(into !== undefined && { into }),
      });
    });
  act(incidents, 'undo')
    .description('take a merge, split or pin back')
    .argument('<decision>', 'id, from `incidents decisions`')
    .addHelpText(
      'after',
      '\nExample:\n  $ oopstream incidents undo 0192e4a0-5f3c-7c1e-9a54-0d7c1b2a3f44 --note "it was two bugs"',
    )
    .action((id: string, options: ActOptions) => decide(io, options, `/v1/decisions/${part(id)}/undo`, {}));
}

function registerPins(incidents: Command, io: CliIo): void {
  const place = (thing: string) => `/v1/${UUID.test(thing) ? 'crashes' : 'keys'}/${part(thing)}`;
  act(incidents, 'pin')
    .description('pin a crash or a group key to an incident: no machine moves it')
    .argument('<thing>', 'crash id or group key')
    .argument('<number>', 'incident, such as OOPS-42')
    .addHelpText(
      'after',
      '\nExample:\n  $ oopstream incidents pin 0192e4a0-5f3c-7c1e-9a54-0d7c1b2a3f44 OOPS-42',
    )
    .action((thing: string, incident: string, options: ActOptions) =>
      decide(io, options, `${place(thing)}/pin`, { incident }),
    );
  act(incidents, 'unpin')
    .description('leave a crash or a group key to the machine again')
    .argument('<thing>', 'crash id or group key')
    .addHelpText('after', '\nExample:\n  $ oopstream incidents unpin 0192e4a0-5f3c-7c1e-9a54-0d7c1b2a3f44')
    .action((thing: string, options: ActOptions) => decide(io, options, `${place(thing)}/unpin`, {}));
}

function registerQuestions(incidents: Command, io: CliIo): void {
  connectionOptions(incidents.command('why'), 'read')
    .description('why a crash is in its incident: rule, key, score, decision, and where it was before')
    .argument('<crash>', 'crash id')
    .option('--json', 'print the API answer')
    .addHelpText('after', '\nExample:\n  $ oopstream incidents why 0192e4a0-5f3c-7c1e-9a54-0d7c1b2a3f44')
    .action(async (id: string, options: CommonOptions) => {
      const path = `/v1/crashes/${part(id)}/proof`;
      const proof = await getJson(findTarget(options, 'read', io), path, membershipProofSchema);
      print(io, options, proof, renderProof(proof));
    });
  paged(incidents, 'history')
    .description('all that was done to an incident, by whom, when and why; newest first')
    .argument('<number>', 'incident, such as OOPS-42')
    .addHelpText('after', '\nExample:\n  $ oopstream incidents history OOPS-42')
    .action(async (number: string, options: PageOptions) => {
      const path = `/v1/incidents/${part(number)}/history?${pageOf(options)}`;
      const page = await getJson(findTarget(options, 'read', io), path, historyPageSchema);
      print(io, options, page, renderHistory(page));
    });
  paged(incidents, 'decisions')
    .description('what people merged, split, pinned and took back; newest first')
    .argument('[number]', 'only those of this incident')
    .addHelpText('after', '\nExample:\n  $ oopstream incidents decisions OOPS-42')
    .action(async (number: string | undefined, options: PageOptions) => {
      const query = pageOf(options);
      if (number !== undefined) query.set('incident', number);
      const target = findTarget(options, 'read', io);
      const page = await getJson(target, `/v1/decisions?${query}`, decisionPageSchema);
      const lines = page.items.map(renderDecision);
      print(io, options, page, lines.length === 0 ? 'no decisions' : lines.join('\n'));
    });
}

function act(incidents: Command, name: string): Command {
  return connectionOptions(incidents.command(name), 'admin')
    .option('--note <text>', 'why, for the history')
    .option('--json', 'print the API answer');
}

function paged(incidents: Command, name: string): Command {
  return connectionOptions(incidents.command(name), 'read')
    .option('--limit <n>', 'at most this many', '50')
    .option('--cursor <cursor>', '`nextCursor` of the page before, from --json')
    .option('--json', 'print the API answer');
}

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function pageOf({ limit, cursor }: PageOptions): URLSearchParams {
  return new URLSearchParams({ limit, ...(cursor !== undefined && { cursor }) });
}

async function decide(io: CliIo, options: ActOptions, path: string, body: object): Promise<void> {
  const answer = await request(findTarget(options, 'admin', io), 'POST', path, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...(options.note !== undefined && { note: options.note }) }),
  });
  const decision: DecisionView = expectAnswer(answer, 200, decisionSchema);
  print(
    io,
    options,
    decision,
    `${renderDecision(decision)}\nundo with: oopstream incidents undo ${decision.id}`,
  );
}

function print(io: CliIo, options: CommonOptions, answer: object, text: string): void {
  io.stdout.write(`${options.json === true ? JSON.stringify(answer, null, 2) : text}\n`);
}
