import { storedReadingSchema, storedSignatureSchema } from '@oopstream/contracts';
import type { CrashKeys, ReplayCrash, ReplayReading } from '@oopstream/core-incident';
import type { Sql } from '../pool';

/** A crash of a replay, and what the shadow has to remember of how it was. */
export interface WalkedCrash {
  readonly crash: ReplayCrash;
  readonly links: number;
  /** A person put it where it is. */
  readonly pinned: boolean;
  /** Hashes of the bodies of its transcripts. */
  readonly bodies: ReadonlyMap<string, string>;
}

type Row = Omit<ReplayCrash, 'keys' | 'cause' | 'readings'> &
  CrashKeys & {
    readonly links: number;
    readonly pinned: boolean;
    readonly verdict: string | null;
    readonly confidence: string | null;
    readonly hardwareLikelihood: number | null;
  };

const SELECT_CRASHES = `
SELECT c.crash_id AS id, c.tenant, c.host_id AS "hostId", c.received_at AS "receivedAtMs",
  c.crash_time AS "crashTimeMs", c.kernel_release AS "kernelRelease", c.fatal, c.held,
  c.incident_id AS "incidentId", c.kind, c.family, c.title, c.exact_key AS "exactKey", c.group_key AS "groupKey",
  c.loose_key AS "looseKey", c.algorithm_version AS "algorithmVersion", c.blamed, c.entry, c.module,
  c.pinned_by IS NOT NULL AS pinned, c.verdict, c.verdict_confidence AS confidence,
  c.hardware_likelihood AS "hardwareLikelihood",
  (SELECT count(*) FROM oopstream.reading_crash l WHERE l.crash_id = c.crash_id AND l.valid_to IS NULL) AS links
FROM oopstream.crash_seen s
JOIN oopstream.crash c ON c.crash_id = s.crash_id AND c.received_at = s.received_at
WHERE s.crash_id = ANY($1::uuid[])
ORDER BY c.crash_time, c.crash_id`;

interface ReadingRow {
  readonly crashId: string;
  readonly transcriptId: string;
  readonly byteStart: number;
  readonly primary: boolean;
  readonly stored: {
    readonly reading: unknown;
    readonly signature: unknown;
    readonly readerVersion?: number;
  };
  readonly sha256: string | null;
}

const SELECT_READINGS = `
SELECT l.crash_id AS "crashId", l.transcript_id AS "transcriptId", l.byte_start AS "byteStart",
  l.is_primary AS primary, r.reading AS stored, t.sha256
FROM oopstream.reading_crash l
JOIN oopstream.reading r USING (tenant, transcript_id, byte_start, algorithm_version)
LEFT JOIN oopstream.transcript t USING (tenant, transcript_id)
WHERE l.crash_id = ANY($1::uuid[]) AND l.valid_to IS NULL ORDER BY l.crash_id, l.id`;

/** @returns the crashes as they are stored, in the order of their times */
export async function loadCrashes(sql: Sql, ids: readonly string[]): Promise<WalkedCrash[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql.query<Row>(SELECT_CRASHES, [ids], 'replay_crashes');
  const readings = await sql.query<ReadingRow>(SELECT_READINGS, [ids], 'replay_readings');
  const byCrash = Map.groupBy(readings.rows, (row) => row.crashId);
  return rows.map((row) => {
    const own = byCrash.get(row.id) ?? [];
    const bodies = own.flatMap((one) =>
      one.sha256 === null ? [] : [[one.transcriptId, one.sha256] as const],
    );
    return { crash: crashOf(row, own), links: row.links, pinned: row.pinned, bodies: new Map(bodies) };
  });
}

function crashOf(row: Row, readings: readonly ReadingRow[]): ReplayCrash {
  const { verdict, confidence, hardwareLikelihood } = row;
  const { id, tenant, hostId, receivedAtMs, crashTimeMs, kernelRelease, fatal, held, incidentId } = row;
  const { kind, family, title, exactKey, groupKey, looseKey, algorithmVersion, blamed, entry, module } = row;
  return {
    ...{ id, tenant, hostId, receivedAtMs, crashTimeMs, kernelRelease, fatal, held, incidentId },
    keys: { kind, family, title, exactKey, groupKey, looseKey, algorithmVersion, blamed, entry, module },
    cause:
      verdict === null
        ? null
        : { verdict, confidence: confidence ?? '', hardwareLikelihood: hardwareLikelihood ?? 0 },
    readings: readings.map(readingOf),
  };
}

function readingOf({ transcriptId, byteStart, primary, stored }: ReadingRow): ReplayReading {
  const { readerVersion } = stored;
  return {
    ...{ transcriptId, byteStart, primary },
    signed: {
      reading: storedReadingSchema.parse(stored.reading),
      signature: storedSignatureSchema.parse(stored.signature),
      readerVersion: readerVersion ?? 1,
    },
  };
}
