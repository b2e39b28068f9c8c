import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A user to run as, where that is not our own. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where its output goes, appended. */
  readonly logFile: string;
  /** Asked every 20 ms until it says yes; a rejection counts as no. */
  readonly isReady: (pid: number) => Promise<boolean>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Working directory, default `/`: one that the other user can enter. */
  readonly cwd?: string;
  readonly runAs?: RunAs | undefined;
  /** Default 30 000. */
  readonly readyTimeoutMs?: number;
  /** What asks it to stop cleanly, default SIGTERM. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT' | 'SIGQUIT';
  /** SIGKILL follows after this, default 10 000. */
  readonly stopTimeoutMs?: number;
}

export interface ServerProcess {
  readonly pid: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/**
 * Waits for a line on its standard input, which never comes: the end of that pipe is the end of our process, however
 * it died. Then it asks the server to stop, and kills it when that does not help within the deadline.
 */
const WATCHER = `read _
kill -s "$2" "$1" 2>/dev/null
left=$3
while [ "$left" -gt 0 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; left=$((left - 1)); done
kill -s KILL "$1" 2>/dev/null`;

/**
 * Starts a server and waits until it is ready. It runs in a session of its own (Ctrl-C reaches only us, so that we
 * can stop things in order), does not keep our process alive, and is stopped soon after our process ends for any reason.
 *
 * @throws Error with the last lines of its log when it ends or does not become ready in time.
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const child = await spawnServer(options);
  const pid = child.pid!;
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  const stopTimeoutMs = options.stopTimeoutMs ?? 10_000;
  const watcher = spawn('/bin/sh', watcherArgs(pid, stopSignal, stopTimeoutMs), {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const gone = once(child, 'exit').then(() => watcher.kill('SIGKILL'));
  child.unref();
  watcher.unref();
  // A pipe is a socket underneath, and would hold the event loop open like one.
  if (watcher.stdin !== null && 'unref' in watcher.stdin) (watcher.stdin as { unref(): void }).unref();

  const end = async (signal: NodeJS.Signals, deadlineMs: number): Promise<void> => {
    child.ref();
    if (!hasEnded(child)) child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    await gone;
    clearTimeout(impatience);
  };
  const server: ServerProcess = {
    pid,
    stop: () => end(stopSignal, stopTimeoutMs),
    kill: () => end('SIGKILL', stopTimeoutMs),
  };
  await untilReady(options, child, server);
  return server;
}

async function spawnServer(options: ServerProcessOptions): Promise<ChildProcess> {
  const log = openSync(options.logFile, 'a');
  try {
    const child = spawn(options.command, options.args, {
      stdio: ['ignore', log, log],
      detached: true,
      cwd: options.cwd ?? '/',
      env: { ...process.env, ...options.env },
      ...options.runAs,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    closeSync(log);
  }
}

function watcherArgs(pid: number, stopSignal: string, stopTimeoutMs: number): string[] {
  const tenths = String(Math.ceil(stopTimeoutMs / 100));
  return ['-c', WATCHER, 'oopstream-watcher', String(pid), stopSignal.replace('SIG', ''), tenths];
}

async function untilReady(
  options: ServerProcessOptions,
  child: ChildProcess,
  server: ServerProcess,
): Promise<void> {
  const readyTimeoutMs = options.readyTimeoutMs ?? 30_000;
  const deadlineMs = Date.now() + readyTimeoutMs;
  while (!(await options.isReady(server.pid).catch(() => false))) {
    if (hasEnded(child))
      throw new Error(`${options.name} ended while starting:\n${lastLines(options.logFile)}`);
    if (Date.now() > deadlineMs) {
      await server.kill();
      const lines = lastLines(options.logFile);
      throw new Error(`${options.name} was not ready after ${readyTimeoutMs} ms:\n${lines}`);
    }
    await delay(20);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function lastLines(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
}
