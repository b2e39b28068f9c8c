import { z } from 'zod';

const span = z.object({ start: z.int().min(0), end: z.int().min(0) });
/** Words of closed lists stay open on the wire: a newer writer may know more of them than an older reader. */
const confidence = z.string().meta({ description: '`certain`, `likely` or `hint`.' });
const evidence = z.object({
  span: span.meta({ description: 'Bytes of the transcript, half open.' }),
  note: z.string().meta({ description: 'What these bytes say.' }),
});

const verdict = z.object({
  class: z
    .string()
    .meta({ description: '`memory-overwrite`, `use-after-free`, …, `unknown`: docs/forensics.md.' }),
  confidence,
  text: z.string().meta({ description: 'One paragraph for an engineer.' }),
  flags: z.array(z.string()),
  culprit: z
    .object({ name: z.string(), confidence, why: z.string() })
    .nullable()
    .meta({ description: 'Who is suspected where it is not the function that trapped.' }),
});

/** What the evidence of one crash says, as it travels; see core's `Analysis`. */
export const analysisSchema = z
  .object({
    version: z.int().min(1),
    verdict,
    slabCache: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'Slab cache of the memory in question, `kmalloc-256`.' }),
    findings: z.array(
      z.object({
        kind: z.string(),
        claim: z.string(),
        confidence,
        evidence: z.array(evidence),
        confirm: z.string().nullable().meta({ description: 'Command that would confirm it.' }),
      }),
    ),
    registers: z.array(
      z.object({
        name: z.string(),
        value: z.string().meta({ description: 'Hexadecimal, without `0x`.' }),
        origin: z.string().meta({ description: '`printed` or `recovered` from stack words.' }),
        meaning: z.string().nullable(),
        span,
      }),
    ),
    hardware: z
      .object({
        value: z.number().min(0).max(1),
        parts: z.array(z.object({ reason: z.string(), weight: z.number(), evidence: z.array(evidence) })),
      })
      .meta({ description: 'How likely hardware is to blame, and what speaks for it.' }),
    missing: z
      .array(z.object({ command: z.string(), why: z.string() }))
      .meta({ description: 'Commands that would settle it.' }),
  })
  .meta({ id: 'Analysis', description: 'What the evidence of one crash says, with the bytes that say it.' });
export type Analysis = z.infer<typeof analysisSchema>;
