import type { Heartbeat } from './census-store';

/**
 * The kernel modules that a host has loaded, as far as `written` tell: not every sender of heartbeats says them, and who
 * says nothing takes nothing back.
 *
 * @param newestMs of the host so far; older heartbeats change no state
 * @returns what the latest one said that says any; `null`: none does, what was known stays
 */
export function saidModules(
  written: readonly Heartbeat[],
  newestMs: number | null,
): readonly string[] | null {
  const saying = written.filter(
    ({ modules, atMs }) => (modules ?? null) !== null && (newestMs === null || atMs > newestMs),
  );
  return (
    saying.reduce<Heartbeat | null>((a, b) => (a === null || b.atMs > a.atMs ? b : a), null)?.modules ?? null
  );
}
