import { z } from 'zod';
import { askedTimeSchema, nextCursorSchema, pageQuery, textSchema, timeSchema } from './common';

export const REBOOT_STATES = ['waiting', 'open', 'explained'] as const;

/** `GET /v1/reboots` */
export const listRebootsQuerySchema = z
  .strictObject({
    state: z
      .enum([...REBOOT_STATES, 'all'])
      .default('open')
      .meta({
        description: '`open`: no dump came; `waiting`: one may still come; `explained`: a crash did it.',
      }),
    host: textSchema(253).min(1).optional().meta({ description: 'Id of a host.' }),
    release: textSchema(128).min(1).optional().meta({ description: 'Kernel of the boot that broke off.' }),
    since: askedTimeSchema.optional().meta({ description: 'Back again then or later.' }),
    until: askedTimeSchema.optional().meta({ description: 'Back again before.' }),
    ...pageQuery,
  })
  .meta({ description: 'Filters and page of dirty reboots.' });
export type ListRebootsQuery = z.infer<typeof listRebootsQuerySchema>;

export const rebootSchema = z
  .object({
    id: z.string().meta({ description: 'UUID.' }),
    hostId: z.string(),
    hostName: z.string().nullable(),
    bootId: z.string().meta({ description: 'The boot that broke off.' }),
    release: z.string().nullable().meta({ description: 'What it ran, where known.' }),
    aliveAt: timeSchema.nullable().meta({ description: 'Its last heartbeat; `null`: none came.' }),
    backAt: timeSchema.meta({ description: 'When the next boot began.' }),
    state: z.enum(REBOOT_STATES),
    crashId: z.string().nullable().meta({ description: 'The crash that explains it.' }),
    settledAt: timeSchema.nullable(),
  })
  .meta({ id: 'Reboot', description: 'A host that came back after a boot that broke off.' });
export type Reboot = z.infer<typeof rebootSchema>;

export const rebootPageSchema = z
  .object({ items: z.array(rebootSchema), nextCursor: nextCursorSchema })
  .meta({ id: 'RebootPage', description: 'Dirty reboots, the newest first.' });
export type RebootPage = z.infer<typeof rebootPageSchema>;
