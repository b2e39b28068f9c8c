/** A server that {@link startPostgres} and its siblings started on loopback. */
export interface LocalServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** What a client connects to; holds the password where there is one. */
  readonly url: string;
  readonly pid: number;
  /** The directory really used: everything that the server writes is below it. */
  readonly dataDir: string;
  readonly logFile: string;
  /** Stops it cleanly; kills it when that takes too long. Safe to call twice, or after {@link kill}. */
  stop(): Promise<void>;
  /** SIGKILL: the crash that tests want. Starting again on the same directory and port works at once. */
  kill(): Promise<void>;
}
