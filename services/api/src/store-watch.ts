/** Knows whether the store answers: without it, the API answers nobody. */
export interface StoreWatch {
  check(): { readonly ok: boolean; readonly detail: string };
  stop(): void;
}

/**
 * Asks the store now and then; the first answer is there when this resolves.
 * @param probe any cheap question
 */
export async function watchStore(probe: () => Promise<unknown>, intervalMs: number): Promise<StoreWatch> {
  let trouble: string | null = null;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      await probe();
      trouble = null;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    } finally {
      isAsking = false;
    }
  };
  await ask();
  const timer = setInterval(() => void ask(), intervalMs).unref();
  return {
    check: () => ({ ok: trouble === null, detail: trouble ?? 'answers' }),
    stop: () => clearInterval(timer),
  };
}
