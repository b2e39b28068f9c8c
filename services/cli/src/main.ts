import { processIo } from './cli-io';
import { runCli } from './program';

// A reader that has seen enough (`oopstream incidents | head`) is the usual end of a pipe, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void runCli(process.argv.slice(2), processIo()).then((exitCode) => {
  process.exitCode = exitCode;
});
