import { rawTranscriptsSchema, transcriptPageSchema } from '@oopstream/contracts';
import type { TranscriptKeys } from '@oopstream/contracts';
import { CliError } from './cli-error';
import type { CliIo } from './cli-io';
import type { Target } from './connection';
import { expectAnswer, request } from './http-client';
import type { Answer } from './http-client';

/** Keys alone are short; with their texts a page is what one answer of bytes is likely to hold. */
const PAGE_ITEMS = { keys: 200, texts: 50 } as const;
const TRIES = 6;
const FIRST_PAUSE_MS = 500;
const PROGRESS_EVERY_MS = 2_000;

export interface WalkRange {
  /** RFC 3339, by when transcripts were counted. */
  readonly since: string | null;
  readonly until: string | null;
  /** Transcripts, the last counted first. */
  readonly limit: number;
  /** Where an earlier walk of the same times stopped. */
  readonly cursor: string | null;
}

export interface WalkedText {
  readonly stored: TranscriptKeys;
  /** `null`: not asked for, or see `missing`. */
  readonly bytes: Uint8Array | null;
  /** Why there are no bytes: `not-stored`, `corrupt`, `unknown`; `null` otherwise. */
  readonly missing: string | null;
}

/**
 * Every transcript that a running oopstream holds, the last counted first; holds one page at a time. What comes in
 * meanwhile is not met. A server that is away for a moment is asked again.
 *
 * @throws CliError that says how to go on from there
 */
export async function* walkTranscripts(
  target: Target,
  range: WalkRange,
  withTexts: boolean,
  io: CliIo,
): AsyncGenerator<WalkedText> {
  let { cursor } = range;
  let met = 0;
  let saidAtMs = io.nowMs();
  try {
    while (met < range.limit) {
      const page = await askPage(
        target,
        range,
        cursor,
        Math.min(range.limit - met, PAGE_ITEMS[withTexts ? 'texts' : 'keys']),
        io,
      );
      yield* withTexts ? withBytes(target, page.items, io) : page.items.map(keysAlone);
      met += page.items.length;
      cursor = page.nextCursor;
      if (cursor === null) return;
      const last = page.items.at(-1);
      if (last === undefined || io.nowMs() - saidAtMs < PROGRESS_EVERY_MS) continue;
      saidAtMs = io.nowMs();
      io.stderr.write(`${met} transcripts, back to ${last.transcript.processedAt}\n`);
    }
  } catch (error) {
    if (!(error instanceof CliError) || cursor === null || met === 0) throw error;
    const times = [range.since && `--since ${range.since}`, range.until && `--until ${range.until}`];
    const goOn = [...times, `--cursor ${cursor}`].filter(Boolean).join(' ');
    throw new CliError(`${error.message}\nwhat comes after is had with ${goOn}`, error.exitCode, {
      cause: error,
    });
  }
}

const keysAlone = (stored: TranscriptKeys): WalkedText => ({ stored, bytes: null, missing: null });

async function askPage(
  target: Target,
  { since, until }: WalkRange,
  cursor: string | null,
  limit: number,
  io: CliIo,
) {
  const given = Object.entries({ since, until, cursor, limit: `${limit}` });
  const query = new URLSearchParams(
    given.flatMap(([key, value]): [string, string][] => (value === null ? [] : [[key, value]])),
  );
  const answer = await insist(io, () => request(target, 'GET', `/v1/transcripts?${query.toString()}`));
  return expectAnswer(answer, 200, transcriptPageSchema);
}

/** Texts that were never read are not asked for. */
async function* withBytes(
  target: Target,
  page: readonly TranscriptKeys[],
  io: CliIo,
): AsyncGenerator<WalkedText> {
  const byId = new Map(page.map((stored) => [stored.transcript.id, stored]));
  for (const stored of page) if (isRejected(stored)) yield keysAlone(stored);
  let ids = page.filter((stored) => !isRejected(stored)).map(({ transcript }) => transcript.id);
  while (ids.length > 0) {
    const body = JSON.stringify({ ids });
    const headers = { 'content-type': 'application/json' };
    const answer = await insist(io, () => request(target, 'POST', '/v1/transcripts/raw', { body, headers }));
    const { items, missing, leftOut } = expectAnswer(answer, 200, rawTranscriptsSchema);
    for (const { id, base64 } of items) {
      const stored = byId.get(id);
      if (stored !== undefined) yield { stored, bytes: Buffer.from(base64, 'base64'), missing: null };
    }
    for (const { id, reason } of missing) {
      const stored = byId.get(id);
      if (stored !== undefined) yield { stored, bytes: null, missing: reason };
    }
    if (leftOut.length >= ids.length) throw new CliError('the API hands out no further transcript');
    ids = leftOut;
  }
}

/** @returns whether the pipeline refused to read it. */
export function isRejected({ transcript }: TranscriptKeys): boolean {
  return transcript.outcome.startsWith('rejected');
}

/** Asks again, with growing pauses, while nothing answers or it says that it cannot now. */
async function insist(io: CliIo, ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await ask();
      if ((answer.status !== 503 && answer.status !== 429) || attempt === TRIES) return answer;
    } catch (error) {
      if (!(error instanceof CliError) || attempt === TRIES) throw error;
    }
    await io.pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}
