/** Exit codes of every command. */
export const EXIT = {
  /** The other side refused, or could not be reached. */
  failed: 1,
  /** Bad usage or input. */
  usage: 2,
  /** The gate: a release crashes more often. */
  worse: 3,
  /** The gate: neither worse nor not worse. */
  notEnoughData: 4,
  /** What was to be acted on is part of another by now, which the message names. */
  merged: 5,
} as const;

/** An expected end of a command: one line for people and an exit code, no stack trace. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
