import { RetryableError } from '@oopstream/ports';

/**
 * Gives what `work` gives, or gives up waiting for it.
 * @throws RetryableError `jobs-unavailable` on any failure and when it takes too long
 */
export async function within<T>(timeoutMs: number, what: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RetryableError('jobs-unavailable', `${what}: ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
