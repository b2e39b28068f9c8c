import type { LivesOn, ProblemSlug } from '@oopstream/contracts';

/** What an endpoint came to. */
export type Answer<Body> =
  | { readonly kind: 'ok'; readonly body: Body }
  | {
      readonly kind: 'problem';
      readonly slug: ProblemSlug;
      readonly detail?: string;
      readonly retryAfterMs?: number;
      readonly livesOn?: LivesOn;
    }
  /** The thing lives on under another path: 308. */
  | { readonly kind: 'moved'; readonly location: string };

export function ok<Body>(body: Body): Answer<Body> {
  return { kind: 'ok', body };
}

/** @param retryAfterMs when to come again, where that is known. */
export function refuse(slug: ProblemSlug, detail?: string, retryAfterMs?: number): Answer<never> {
  return {
    kind: 'problem',
    slug,
    ...(detail !== undefined && { detail }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
