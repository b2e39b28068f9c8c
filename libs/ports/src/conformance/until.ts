/**
 * Polls until `check` holds or gives something other than `false`, `null` and `undefined`.
 * @throws Error naming `what` when that has not happened by the deadline.
 */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  options: { readonly deadlineMs?: number; readonly everyMs?: number } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadlineMs = Date.now() + (options.deadlineMs ?? 20_000);
  for (;;) {
    const value = await check();
    if (value !== false && value !== null && value !== undefined)
      return value as NonNullable<Exclude<T, false>>;
    if (Date.now() > deadlineMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 5));
  }
}
