/** Ends with what went wrong, in one line (a command's own output follows where it failed), and never a stack trace. */
export function complain(message) {
  process.stderr.write(`oopstream: ${message}\n`);
  process.exit(1);
}
