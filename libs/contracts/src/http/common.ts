import { z } from 'zod';

/** An RFC 3339 time in UTC with milliseconds, as every answer carries it. */
export const timeSchema = z.iso.datetime({ offset: true }).meta({ description: 'RFC 3339 time.' });

const FIRST_ASKED_MS = Date.UTC(1900, 0, 1);
const LAST_ASKED_MS = Date.UTC(9000, 0, 1);

/** A time that somebody asks with: of years that a store can count on from. */
export const askedTimeSchema = timeSchema.refine(
  (text) => Date.parse(text) >= FIRST_ASKED_MS && Date.parse(text) < LAST_ASKED_MS,
  'is not of the years 1900 to 8999',
);

export const MAX_PAGE_ITEMS = 200;
export const DEFAULT_PAGE_ITEMS = 50;

/** Query parameters of every list that goes on behind a cursor. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE_ITEMS)
    .default(DEFAULT_PAGE_ITEMS)
    .meta({ description: `Items of a page, at most ${MAX_PAGE_ITEMS}.` }),
  cursor: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .meta({ description: '`nextCursor` of the page before, with the same filters and sort.' }),
};

/** What every list with a cursor answers beside its `items`. */
export const nextCursorSchema = z
  .string()
  .nullable()
  .meta({ description: 'Opaque; `null` on the last page.' });

/** Text that a store can keep: anything but NUL, which PostgreSQL has no place for. */
export function textSchema(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .regex(/^[^\0]*$/, 'holds a NUL');
}

/** A note that a person leaves with an act. */
export const noteSchema = textSchema(2000).trim().min(1);

/** Path parameter of an incident. */
export const incidentNumberParamsSchema = z
  .object({
    number: textSchema(32).min(1).meta({ description: 'What people say: `OOPS-42`.', example: 'OOPS-42' }),
  })
  .meta({ description: 'Which incident.' });

/** Path parameter of anything that has an id. */
export const idParamsSchema = z
  .object({ id: textSchema(128).min(1).meta({ description: 'Its id.' }) })
  .meta({ description: 'Which one.' });
