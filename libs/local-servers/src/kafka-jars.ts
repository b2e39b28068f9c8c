import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { withBuildLock } from './build-lock';
import { cacheDir } from './go-program';
import { findProgram } from './programs';

const POM = resolve(__dirname, '../../../deploy/local/kafka/pom.xml');

/**
 * The directory with the broker's jars; fetched once from Maven Central, by one process however many ask.
 * @throws Error in one line when maven is missing and the jars are not there yet.
 */
export async function kafkaJars(cache = cacheDir()): Promise<string> {
  const dir = join(cache, `kafka-${kafkaVersion()}`);
  if (existsSync(dir)) return dir;
  const maven = findProgram('mvn', 'apt-get install maven');
  mkdirSync(cache, { recursive: true });
  await withBuildLock(`${dir}.lock`, async () => {
    if (existsSync(dir)) return;
    const draft = `${dir}.draft`;
    rmSync(draft, { recursive: true, force: true });
    const args = ['-B', '-q', '-f', POM, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
    await promisify(execFile)(maven, [...args, `-DoutputDirectory=${draft}`]).catch((error: unknown) => {
      throw new Error(`maven could not fetch the jars of Kafka: ${outputOf(error)}`, { cause: error });
    });
    renameSync(draft, dir);
  });
  return dir;
}

function kafkaVersion(): string {
  const version = /<version>([\d.]+)<\/version>/.exec(readFileSync(POM, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${POM} names no version`);
  return version;
}

/** The last line that maven printed. */
function outputOf(error: unknown): string {
  const printed =
    typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
  return printed.trim().split('\n').at(-1)?.slice(0, 300) || String(error);
}
