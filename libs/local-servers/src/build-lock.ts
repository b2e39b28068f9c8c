import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * Runs `work` while no other process of this machine holds the lock `dir` (created, removed afterwards). A lock whose
 * holder died is taken over; in the rare race for it two may run, so `work` has to bear that.
 */
export async function withBuildLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  while (!take(dir)) await delay(POLL_MS);
  try {
    return await work();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function take(dir: string): boolean {
  const holder = join(dir, 'pid');
  try {
    mkdirSync(dir);
  } catch {
    if (isDead(holder)) rmSync(dir, { recursive: true, force: true });
    return false;
  }
  writeFileSync(holder, String(process.pid));
  return true;
}

/** Says no as long as it is unclear: between mkdir and the pid's writing there is no pid. */
function isDead(holder: string): boolean {
  try {
    const pid = Number(readFileSync(holder, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH';
  }
}
