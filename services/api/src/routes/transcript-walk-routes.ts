import {
  listTranscriptsQuerySchema,
  rawTranscriptsSchema,
  readRawTranscriptsBodySchema,
  transcriptPageSchema,
} from '@oopstream/contracts';
import type { RawTranscripts } from '@oopstream/contracts';
import { FatalError, blobKey } from '@oopstream/ports';
import type { TranscriptRow } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import { decodeCursor, encodeCursor } from '../cursor';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { recordAct } from '../record-act';
import { viewTranscriptKeys } from '../views';

const tag = 'Transcripts';

/** Blobs that are asked for at once. */
const PARALLEL_READS = 16;

type WalkDeps = Pick<ApiDeps, 'queries' | 'blobs' | 'audit' | 'clock' | 'logger'>;

/** What tools walk: every stored transcript with its keys, and the bytes of many at once. */
export function addTranscriptWalkRoutes(
  app: FastifyInstance,
  deps: WalkDeps,
  limits: { readonly maxRawBytes: number },
): void {
  addList(app, deps);
  addEndpoint(app, {
    method: 'POST',
    path: '/v1/transcripts/raw',
    scope: 'raw',
    tag,
    summary: 'The bytes of several transcripts, as they were sent',
    description: 'Audited: one line with the id of each transcript that is handed out.',
    body: readRawTranscriptsBodySchema,
    result: rawTranscriptsSchema,
    status: 200,
    problems: [],
    answer: async ({ grant, body, ip }) => {
      const ids = [...new Set(body.ids)];
      const rows = await deps.queries.transcriptsByIds(grant.tenant, ids);
      const raw = await readBytes(deps, grant.tenant, ids, rows, limits.maxRawBytes);
      if (raw.items.length > 0)
        await recordAct(deps, grant, {
          action: 'transcript.raw-read-many',
          subjectKind: 'transcript',
          subjectId: '*',
          detail: { tokenId: grant.id, ip, transcripts: raw.items.map(({ id }) => id) },
        });
      return ok(raw);
    },
  });
}

function addList(app: FastifyInstance, { queries }: WalkDeps): void {
  const path = '/v1/transcripts';
  addEndpoint(app, {
    method: 'GET',
    path,
    scope: 'read',
    tag,
    summary: 'Transcripts with the keys of their readings, the last counted first',
    description: 'What comes in while pages are walked is on none of them.',
    query: listTranscriptsQuerySchema,
    result: transcriptPageSchema,
    status: 200,
    problems: ['cursor-invalid'],
    answer: async ({ grant, query }) => {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, path, query);
      if (query.cursor !== undefined && after === null) return refuse('cursor-invalid');
      const filter = {
        processedFromMs: query.since === undefined ? null : Date.parse(query.since),
        processedToMs: query.until === undefined ? null : Date.parse(query.until),
      };
      const { items, next } = await queries.listTranscripts(grant.tenant, filter, {
        limit: query.limit,
        after,
      });
      return ok({
        items: items.map(viewTranscriptKeys),
        nextCursor: next === null ? null : encodeCursor(next, path, query),
      });
    },
  });
}

type Missing = RawTranscripts['missing'][number];

/** Reads in the order asked for, as many as there is room for, the first in any case. */
async function readBytes(
  deps: WalkDeps,
  tenant: string,
  ids: readonly string[],
  rows: readonly TranscriptRow[],
  maxBytes: number,
): Promise<RawTranscripts> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const missing: Missing[] = ids.flatMap((id) => (byId.has(id) ? [] : [{ id, reason: 'unknown' as const }]));
  const known = ids.flatMap((id) => byId.get(id) ?? []);
  const room = countWithin(known, maxBytes);
  const items: RawTranscripts['items'] = [];
  for (let at = 0; at < room; at += PARALLEL_READS) {
    const some = known.slice(at, Math.min(room, at + PARALLEL_READS));
    for (const one of await Promise.all(some.map((row) => readOne(deps, tenant, row))))
      if ('reason' in one) missing.push(one);
      else items.push(one);
  }
  return { items, missing, leftOut: known.slice(room).map(({ id }) => id) };
}

function countWithin(rows: readonly TranscriptRow[], maxBytes: number): number {
  let sum = 0;
  const tooMuch = rows.findIndex((row, at) => (sum += row.sizeBytes) > maxBytes && at > 0);
  return tooMuch < 0 ? rows.length : tooMuch;
}

/** One broken blob must not keep the others back. */
async function readOne(
  { blobs, logger }: WalkDeps,
  tenant: string,
  { id, sha256 }: TranscriptRow,
): Promise<RawTranscripts['items'][number] | Missing> {
  try {
    const bytes = await blobs.get(blobKey(tenant, sha256));
    if (bytes === null) return { id, reason: 'not-stored' };
    return { id, base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
  } catch (error) {
    if (!(error instanceof FatalError) || error.reason !== 'blob-corrupt') throw error;
    logger.error({ err: error, transcriptId: id }, 'the stored bytes of a transcript are broken');
    return { id, reason: 'corrupt' };
  }
}
