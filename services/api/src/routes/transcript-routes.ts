import { hostContextSchema, idParamsSchema, transcriptDetailSchema } from '@oopstream/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ok, refuse } from '../answer';
import type { ApiDeps } from '../deps';
import { addEndpoint, describeEndpoint, describeProblems, grantOf } from '../endpoint';
import { sendProblem } from '../problems';
import { recordAct } from '../record-act';
import { viewCrash, viewTranscript } from '../views';

const tag = 'Transcripts';

type TranscriptDeps = Pick<ApiDeps, 'queries' | 'blobs' | 'audit' | 'clock'>;

export function addTranscriptRoutes(app: FastifyInstance, deps: TranscriptDeps): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/transcripts/:id',
    scope: 'read',
    tag,
    summary: 'What is known of a transcript, without its text',
    params: idParamsSchema,
    result: transcriptDetailSchema,
    status: 200,
    problems: ['transcript-unknown'],
    answer: async ({ grant, params }) => {
      const found = await deps.queries.transcriptById(grant.tenant, params.id);
      if (found === null) return refuse('transcript-unknown');
      return ok({
        transcript: viewTranscript(found.transcript),
        context: hostContextSchema.parse(found.transcript.context),
        crashes: found.crashes.map(viewCrash),
      });
    },
  });
  addRaw(app, deps);
}

/** The bytes as they came, in their own words a browser must never run; each read leaves a line in the audit first. */
function addRaw(app: FastifyInstance, deps: TranscriptDeps): void {
  const described = {
    scope: 'raw',
    tag,
    summary: 'The bytes of a transcript, as they were sent',
    description: 'Every read is audited: transcripts hold command lines and stack memory.',
    params: idParamsSchema,
    problems: ['transcript-unknown', 'sampled-away', 'transcript-expired'],
  } as const;
  app.route<{ Params: z.infer<typeof idParamsSchema> }>({
    method: 'GET',
    url: '/v1/transcripts/:id/raw',
    config: { scope: described.scope },
    exposeHeadRoute: false,
    schema: {
      ...describeEndpoint(described),
      response: {
        200: { description: 'The text.', content: { 'text/plain': { schema: z.string() } } },
        ...describeProblems(described),
      },
    },
    handler: async (request, reply) => {
      const grant = grantOf(request);
      const found = await deps.queries.transcriptById(grant.tenant, request.params.id);
      if (found === null) return sendProblem(reply, 'transcript-unknown');
      const { id, sha256, bodySampledAway } = found.transcript;
      // They may lie there for a while yet: what was sampled away is not promised for a moment.
      if (bodySampledAway !== undefined)
        return sendProblem(
          reply,
          'sampled-away',
          `sampled away: ${bodySampledAway}; what was read in it is kept`,
        );
      const bytes = await deps.blobs.get(`${grant.tenant}/${sha256}`);
      if (bytes === null) return sendProblem(reply, 'transcript-expired');
      await recordAct(deps, grant, {
        action: 'transcript.raw-read',
        subjectKind: 'transcript',
        subjectId: id,
        detail: { tokenId: grant.id, ip: request.ip },
      });
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-security-policy', 'sandbox')
        .header('content-disposition', `inline; filename="${id}.txt"`)
        .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
  });
}
