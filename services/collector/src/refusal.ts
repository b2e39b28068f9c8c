import type { ProblemSlug } from '@oopstream/contracts';

/** Why a POST is not taken: a value on its way to the answer, not an error. */
export class Refusal {
  constructor(
    readonly slug: ProblemSlug,
    readonly detail?: string,
    /** How long the sender should wait; `null` leaves it to the setting. */
    readonly retryAfterMs: number | null = null,
  ) {}
}
