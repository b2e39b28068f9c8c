import { CliError } from './cli-error';
import { crashesIn } from './crash-folder';
import { describeProblem, reasonOf } from './http-client';
import type { Answer } from './http-client';
import { readSent, rememberSent } from './sent-file';

export interface WatchOptions {
  /** Absolute. */
  readonly dir: string;
  readonly everyMs: number;
  /** A text that changed less than this ago may still be being written: it waits. */
  readonly settleMs: number;
  /** One look at the folder instead of a watch. */
  readonly once: boolean;
  /** Sends the texts of one crash. @throws CliError when they cannot be read or nothing answers. */
  readonly send: (paths: readonly string[]) => Promise<Answer>;
  readonly say: (line: string) => void;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * What the collector says of a text that it will never take. Everything else may pass: a full or stopped collector by
 * waiting, a wrong token, host or address by mending it.
 */
const REFUSED_FOR_GOOD: ReadonlySet<string | null> = new Set([
  'body-empty',
  'body-too-large',
  'body-inflates-too-large',
  'multipart-broken',
  'multipart-no-transcript',
  'parts-too-many',
]);

interface Outcome {
  readonly state: 'accepted' | 'refused' | 'pending';
  readonly text: string;
}

/**
 * Sends every crash that lies in `dir`: a folder is one crash, a file directly in it another. What was accepted, or
 * refused for good, is remembered in `.oopstream-sent.json` there and not sent again; what failed otherwise is tried
 * at each look. Ends after one look with `once`, else never.
 *
 * @throws CliError where the folder cannot be read, or with `once` a crash was not accepted in this look.
 */
export async function watchFolder(options: WatchOptions): Promise<void> {
  const said = new Map<string, string>();
  for (;;) {
    const outcomes = await look(options, said);
    if (options.once) return failUnlessAllAccepted(outcomes);
    await options.pause(options.everyMs);
  }
}

/** One look. Says what became of each crash; what came out the same before is not said again. */
async function look(options: WatchOptions, said: Map<string, string>): Promise<Outcome[]> {
  const sent = readSent(options.dir);
  const outcomes: Outcome[] = [];
  for (const [name, paths] of crashesIn(options.dir, options.nowMs() - options.settleMs)) {
    if (sent.has(name)) continue;
    const outcome = await sendOne(options, paths);
    outcomes.push(outcome);
    if (said.get(name) !== outcome.text) options.say(`${outcome.text}  ${name}`);
    said.set(name, outcome.text);
    if (outcome.state !== 'pending') rememberSent(options.dir, name, outcome.text);
  }
  return outcomes;
}

async function sendOne(options: WatchOptions, paths: readonly string[]): Promise<Outcome> {
  try {
    const answer = await options.send(paths);
    if (answer.status === 202) return { state: 'accepted', text: 'accepted' };
    const state = REFUSED_FOR_GOOD.has(reasonOf(answer)) ? 'refused' : 'pending';
    return { state, text: `refused: ${describeProblem(answer)}` };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { state: 'pending', text: `not sent: ${error.message}` };
  }
}

function failUnlessAllAccepted(outcomes: readonly Outcome[]): void {
  const count = (state: Outcome['state']) => outcomes.filter((one) => one.state === state).length;
  const parts = [
    ...(count('refused') > 0 ? [`${count('refused')} refused for good`] : []),
    ...(count('pending') > 0 ? [`${count('pending')} not sent: run again`] : []),
  ];
  if (parts.length > 0) throw new CliError(parts.join(', '));
}
