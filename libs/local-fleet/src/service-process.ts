import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort, LOOPBACK, startServerProcess } from '@oopstream/local-servers';

/** One of our services at work as a process of its own. */
export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Where `/healthz/*` and `/metrics` are. */
  readonly opsUrl: string;
  /** SIGTERM: drains; SIGKILL when that takes longer than 30 s. */
  stop(): Promise<void>;
  /** SIGKILL, at whatever instruction it stands. */
  kill(): Promise<void>;
}

export interface ServiceProcessOptions {
  readonly name: string;
  /** Checkout that the service is run from; it has to be built. */
  readonly rootDir: string;
  /** Folder of its log; created when missing. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Default 60 000. */
  readonly readyTimeoutMs?: number;
}

/** Starts `services/<name>` and waits until it says that its work makes progress. */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const { name, rootDir, dir } = options;
  mkdirSync(dir, { recursive: true });
  const opsPort = await findFreePort();
  const logFile = join(dir, `${name}.log`);
  const opsUrl = `http://${LOOPBACK}:${opsPort}`;
  const child = await startServerProcess({
    name,
    command: process.execPath,
    args: nodeArguments(name, rootDir),
    logFile,
    cwd: rootDir,
    env: {
      ...withoutOurSettings(),
      OOPSTREAM_SERVICE_OPS_HOST: LOOPBACK,
      OOPSTREAM_SERVICE_OPS_PORT: String(opsPort),
      ...options.env,
    },
    isReady: async () => (await fetch(`${opsUrl}/healthz/ready`)).ok,
    readyTimeoutMs: options.readyTimeoutMs ?? 60_000,
    stopTimeoutMs: 30_000,
  }).catch((cause: unknown) => {
    throw new Error(`${name} did not start: ${lastComplaint(logFile)} (log: ${logFile})`, { cause });
  });
  return { ...child, name, logFile, opsUrl };
}

/**
 * Runs a service that ends by itself, such as `migrate`.
 * @throws Error with the last lines it printed when it fails.
 */
export async function runService(
  name: string,
  rootDir: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, nodeArguments(name, rootDir), {
      cwd: rootDir,
      env: { ...process.env, ...withoutOurSettings(), OOPSTREAM_SERVICE_OPS_PORT: '0', ...env },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `${name} failed:\n${`${stdout ?? ''}${stderr ?? ''}`.trimEnd().split('\n').slice(-12).join('\n')}`,
      {
        cause: error,
      },
    );
  }
}

/** What a service said last of why it cannot go on: its fatal line, or its plain complaint of a setting. */
function lastComplaint(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  const fatal = lines.findLast((line) => line.startsWith('{"level":"fatal"'));
  if (fatal === undefined) return lines.at(-1) ?? '';
  const { err, msg } = JSON.parse(fatal) as { err?: { message?: string }; msg: string };
  return err?.message ?? msg;
}

function nodeArguments(name: string, rootDir: string): string[] {
  const main = join(rootDir, 'services', name, 'dist', 'main.js');
  // kafkajs asks for timers in the past (a known fault of it on newer Node): harmless, and not worth a log line each.
  return ['--enable-source-maps', '--disable-warning=TimeoutNegativeWarning', main];
}

/** Settings of the calling shell are for the caller: a service refuses those that are not its own. */
function withoutOurSettings(): Record<string, undefined> {
  const ours = Object.keys(process.env).filter((key) => key.startsWith('OOPSTREAM_'));
  return Object.fromEntries(ours.map((key) => [key, undefined]));
}
