import { z } from 'zod';
import { textSchema, timeSchema } from './common';

/** The token store's scopes, as they travel. */
const TOKEN_SCOPES = ['ingest', 'read', 'raw', 'admin'] as const;

const scope = z.enum(TOKEN_SCOPES);
const scopes = z.array(scope).min(1).max(TOKEN_SCOPES.length);

export const tokenSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    scopes: z.array(scope),
    boundHost: z.string().nullable().meta({ description: 'Host that it speaks for; `null`: any.' }),
    createdAt: timeSchema,
  })
  .meta({ id: 'Token', description: 'A bearer token without its secret.' });
export type TokenView = z.infer<typeof tokenSchema>;

export const tokenListSchema = z
  .object({ items: z.array(tokenSchema) })
  .meta({ id: 'TokenList', description: 'Every live token of the tenant.' });

/** `POST /v1/tokens` */
export const createTokenBodySchema = z
  .strictObject({
    label: textSchema(128).trim().min(1).meta({ description: 'For people: which agent or person holds it.' }),
    scopes: scopes
      .refine((list) => new Set(list).size === list.length, 'a scope is named twice')
      .meta({
        description: '`raw` is apart from `read`: raw transcripts hold command lines and stack memory.',
      }),
    boundHost: textSchema(253)
      .min(1)
      .optional()
      .meta({ description: 'Host that an ingest token speaks for.' }),
  })
  .meta({ id: 'CreateToken', description: 'A new token.' });

export const createdTokenSchema = z
  .object({
    grant: tokenSchema,
    token: z.string().meta({ description: '`oops_<id>_<secret>`, shown this once.' }),
  })
  .meta({ id: 'CreatedToken', description: 'The token and, this once, its secret.' });

/** `GET /v1/whoami` */
export const whoamiSchema = z
  .object({
    tenant: z.string(),
    tokenId: z.string(),
    label: z.string(),
    scopes: z.array(scope),
    boundHost: z.string().nullable(),
  })
  .meta({ id: 'Whoami', description: 'What the token that was sent may do.' });
