import { createServer, connect } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** @returns a TCP port of loopback that nobody listened on a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no free port on loopback')),
      );
    });
  });
}

/**
 * Connects to a port of loopback and sends `question`.
 * @returns the first bytes of the answer, as text; `null` when none came within a second.
 */
export function ask(port: number, question: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK, timeout: 1_000 });
    const finish = (answer: string | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('error', () => finish(null));
    socket.once('timeout', () => finish(null));
    socket.once('close', () => finish(null));
    socket.once('data', (data) => finish(data.toString('latin1')));
    socket.once('connect', () => socket.write(question));
  });
}
