import { z } from 'zod';
import { timeSchema } from './common';
import { censusHostSchema } from './census';
import { rebootSchema } from './reboots';

const count = z.int().min(0);

/** `GET /v1/hosts/{id}` */
export const hostSchema = z
  .object({
    hostId: z.string(),
    name: z.string().nullable(),
    census: censusHostSchema.nullable().meta({ description: '`null`: it sent no heartbeat.' }),
    transcripts: z
      .object({
        model: z.string().nullable(),
        kernelRelease: z.string().nullable(),
        labels: z.record(z.string(), z.string()),
        firstSeenAt: timeSchema,
        lastSeenAt: timeSchema,
      })
      .nullable()
      .meta({ description: 'What its transcripts said last; `null`: it sent none.' }),
    incidents: z
      .array(
        z.object({
          number: z.string(),
          title: z.string(),
          kind: z.string(),
          status: z.string(),
          crashes: count.meta({ description: 'On this host.' }),
          fatalCrashes: count,
          firstSeenAt: timeSchema,
          lastSeenAt: timeSchema,
        }),
      )
      .meta({ description: 'What crashed on it, the newest first, at most 100.' }),
    dirtyReboots: z.array(rebootSchema).meta({ description: 'The newest first, at most 20.' }),
  })
  .meta({ id: 'Host', description: 'One host: what it is, what crashed on it, how it rebooted.' });
export type Host = z.infer<typeof hostSchema>;
