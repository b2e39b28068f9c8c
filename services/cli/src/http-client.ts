import { problemSchema } from '@oopstream/contracts';
import type { z } from 'zod';
import { CliError, EXIT } from './cli-error';
import type { Target } from './connection';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Sends one request.
 * @throws CliError when nothing answers within 60 s.
 */
export async function request(
  target: Target,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  options: { readonly body?: FormData | string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  try {
    const response = await fetch(`${target.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${target.token}`, ...options.headers },
      signal: AbortSignal.timeout(60_000),
      ...(options.body !== undefined && { body: options.body }),
    });
    return {
      status: response.status,
      body: parse(await response.text()),
    };
  } catch (error) {
    throw new CliError(`${target.url} does not answer: ${rootCause(error)}`, EXIT.failed, { cause: error });
  }
}

/** Gets JSON of a known shape. @throws CliError with the problem's title, detail and slug. */
export async function getJson<Schema extends z.ZodType>(
  target: Target,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  return expectAnswer(await request(target, 'GET', path), 200, schema);
}

/** Reads an answer of a known shape. @throws CliError with the problem's title, detail and slug. */
export function expectAnswer<Schema extends z.ZodType>(
  answer: Answer,
  status: number,
  schema: Schema,
): z.infer<Schema> {
  if (answer.status !== status) throw errorOf(answer);
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success)
    throw new CliError('the API answered in a shape this version does not know', EXIT.failed);
  return parsed.data;
}

function errorOf(answer: Answer): CliError {
  const { livesOn, detail } = problemSchema.safeParse(answer.body).data ?? {};
  if (livesOn === undefined || detail === undefined) return new CliError(describeProblem(answer));
  return new CliError(detail, EXIT.merged);
}

/** The slug of a problem+json answer; `null` for whatever else answers. */
export function reasonOf(answer: Answer): string | null {
  return problemSchema.safeParse(answer.body).data?.reason ?? null;
}

/** One line from a problem+json answer. */
export function describeProblem(answer: Answer): string {
  const parsed = problemSchema.safeParse(answer.body);
  if (!parsed.success) return `HTTP ${answer.status}`;
  const { title, detail, reason } = parsed.data;
  return `${title}${detail === undefined ? '' : `: ${detail}`} (${answer.status} ${reason})`;
}

/** What fetch only says of itself is `fetch failed`; why is in its cause. */
function rootCause(error: unknown): string {
  const { message, name, cause } = error as Error;
  return cause === undefined ? message || name : rootCause(cause);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
