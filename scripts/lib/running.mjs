import { relative } from 'node:path';
import { sampleFile } from './sample.mjs';

/** Tells a newcomer where things are, and what to try first. */
export function greet(connection, logs) {
  const sample = relative(process.cwd(), sampleFile);
  process.stdout.write(
    [
      '',
      `  Console   ${connection.url}/#token=${connection.tokens.admin}`,
      `  API       ${connection.url}/docs`,
      `  Logs      ${logs.join(' ')}`,
      '',
      '  Send a sample crash:',
      '',
      `  curl -sS -H 'Authorization: Bearer ${connection.tokens.ingest}' -H 'Content-Type: text/plain' \\`,
      `    --data-binary @${sample} '${connection.ingestUrl}/v1/transcripts?host=web-17'`,
      '',
      `  or: npx oopstream send --host web-17 ${sample}`,
      '',
      '  Ctrl-C stops it; data stays.',
      '',
    ].join('\n'),
  );
}

/** Waits for Ctrl-C or SIGTERM; rejects when the process that was started ends by itself. */
export function untilAsked(service) {
  return new Promise((resolve, reject) => {
    // Children started in a session of their own keep nothing alive here: this timer does.
    const watch = setInterval(() => {
      if (service !== undefined && !isAlive(service.pid))
        reject(new Error(`oopstream ended by itself: see ${service.logFile}`));
    }, 1000);
    const end = () => {
      clearInterval(watch);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
