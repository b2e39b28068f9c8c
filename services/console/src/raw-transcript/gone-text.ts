import { ApiError } from '../api/api-error';

const KEPT = 'What was read of it, and its counts, are kept.';

/** @param reason why its bytes are not kept, as the API says */
export function sampledAwayText(reason: string): string {
  const why = reason === 'storm' ? 'it came in a storm, of which a sample is kept' : reason;
  return `This text was not kept: ${why}. ${KEPT}`;
}

/** @returns why a text that once was there is gone; `null` when the request failed for another reason */
export function goneText(error: unknown): string | null {
  if (!(error instanceof ApiError)) return null;
  if (error.reason === 'transcript-expired') return `This text is past its retention. ${KEPT}`;
  if (error.reason === 'sampled-away') return `This text was not kept: a sample of its kind is. ${KEPT}`;
  return null;
}
