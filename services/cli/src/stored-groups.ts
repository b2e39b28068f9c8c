import type { TranscriptKeys } from '@oopstream/contracts';
import { ALGORITHM_VERSION, type GroupedText } from '@oopstream/core-signature';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { groupText } from './group-snapshot';
import { isRejected, walkTranscripts } from './transcript-walk';

/** Options of whatever walks the transcripts of a running oopstream. */
export interface WalkOptions extends ConnectionOptions {
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

export function walkOptions(command: Command): Command {
  return connectionOptions(command, 'read')
    .option(
      '--since <when>',
      'only transcripts counted since: 30d, 12h, or a time such as 2026-11-01T00:00:00Z',
    )
    .option('--until <when>', 'only transcripts counted before')
    .option('--limit <n>', 'at most this many transcripts, the last counted first')
    .option('--cursor <cursor>', 'go on where a walk of the same times stopped');
}

/** A transcript of a running oopstream as its own version grouped it and, where its text was asked for, as this one does. */
export interface StoredGroups {
  readonly stored: GroupedText;
  /** `null` where the text was not asked for. */
  readonly here: GroupedText | null;
}

/** What a walk met; counts rise while it goes on. */
export interface WalkTotals {
  transcripts: number;
  /** Never read, so not compared. */
  rejected: number;
  /** Their texts are not to be had, by reason: not compared. */
  readonly missing: Record<string, number>;
  /** Versions of the algorithm that made the stored keys. */
  readonly storedVersions: Set<number>;
}

export function startTotals(): WalkTotals {
  return { transcripts: 0, rejected: 0, missing: {}, storedVersions: new Set() };
}

/** What a walk met, as JSON has it. */
export function viewTotals({ storedVersions, ...counts }: WalkTotals) {
  return {
    ...counts,
    storedVersions: [...storedVersions].sort((a, b) => a - b),
    thisVersion: ALGORITHM_VERSION,
  };
}

/** What a walk met, in a line. */
export function totalsText(totals: WalkTotals): string {
  const { transcripts, rejected, missing, storedVersions } = viewTotals(totals);
  const left = [
    ...(rejected === 0 ? [] : [`${rejected} left out: rejected when they came`]),
    ...Object.entries(missing).map(([reason, count]) => `${count} left out: text ${reason}`),
  ];
  const versions = storedVersions.length === 0 ? 'none' : storedVersions.join(', ');
  const algorithm = `algorithm version: stored ${versions}, here ${ALGORITHM_VERSION}`;
  return `${[`${transcripts} transcripts met`, ...left].join(', ')}; ${algorithm}\n`;
}

/**
 * Groups of every stored transcript, one at a time.
 * @throws CliError usage: no such time or number
 */
export async function* storedGroups(
  options: WalkOptions,
  side: { readonly withTexts: boolean; readonly totals: WalkTotals },
  io: CliIo,
): AsyncGenerator<StoredGroups> {
  const { withTexts, totals } = side;
  const range = {
    since: timeOf('--since', options.since, io.nowMs()),
    until: timeOf('--until', options.until, io.nowMs()),
    limit: limitOf(options.limit),
    cursor: options.cursor ?? null,
  };
  // Only the admin token of a connection.json may read texts.
  const target = findTarget(options, withTexts ? 'admin' : 'read', io);
  for await (const { stored, bytes, missing } of walkTranscripts(target, range, withTexts, io)) {
    totals.transcripts++;
    if (isRejected(stored)) totals.rejected++;
    else if (missing !== null) totals.missing[missing] = (totals.missing[missing] ?? 0) + 1;
    else {
      for (const reading of stored.readings) totals.storedVersions.add(reading.algorithmVersion);
      const before = storedText(stored);
      yield { stored: before, here: bytes === null ? null : textHere(stored, bytes, before.crashes.length) };
    }
  }
}

/** By the newest version of the algorithm that read it. */
function storedText({ transcript, readings }: TranscriptKeys): GroupedText {
  const newest = Math.max(...readings.map((reading) => reading.algorithmVersion));
  return {
    id: transcript.id,
    host: transcript.hostId,
    crashes: readings
      .filter((reading) => reading.algorithmVersion === newest)
      .map(({ groupText: text, title, damage, crashId, incidentNumber }) => ({
        groupText: text,
        title,
        ...(damage !== null && { damaged: true }),
        ...(crashId !== null && { crashId }),
        ...(incidentNumber !== null && { incident: incidentNumber }),
      })),
  };
}

/** Where the server stopped at its limit of readings, what lies behind is not news. */
function textHere({ transcript }: TranscriptKeys, bytes: Uint8Array, storedReadings: number): GroupedText {
  const text = groupText(transcript.id, bytes);
  const crashes = transcript.omittedReadings === 0 ? text.crashes : text.crashes.slice(0, storedReadings);
  return { ...text, host: transcript.hostId, crashes };
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

function timeOf(option: string, given: string | undefined, nowMs: number): string | null {
  if (given === undefined) return null;
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(given) ?? [];
  const timeMs =
    unit === undefined ? Date.parse(given) : nowMs - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (Number.isNaN(timeMs))
    throw new CliError(`${option} is a span such as 30d or a time such as 2026-11-01T00:00:00Z`, EXIT.usage);
  return new Date(timeMs).toISOString();
}

function limitOf(given: string | undefined): number {
  if (given === undefined) return Infinity;
  if (!/^[1-9]\d{0,9}$/.test(given)) throw new CliError('--limit is a number above 0', EXIT.usage);
  return Number(given);
}
