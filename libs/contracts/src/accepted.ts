import { z } from 'zod';

/** Answer 202 of `POST /v1/transcripts`: every text is durable. */
export const acceptedSchema = z.object({
  /** Identity of the host, as the transcripts carry it. */
  host: z.string(),
  /** Shared by the texts of this POST; `null` when there was one. */
  bundle: z.string().nullable(),
  /** In the order of the parts. */
  transcripts: z.array(
    z.object({
      /** 32 hex digits; the same bytes of the same host get the same id again. */
      id: z.string(),
      sizeBytes: z.int().min(0),
      sha256: z.string(),
      fileName: z.string().nullable(),
    }),
  ),
});
export type Accepted = z.infer<typeof acceptedSchema>;
