import { Socket } from 'node:net';

/** Counts the sockets of a driver: its own `close` resolves while the server still tells them goodbye. */
export interface OpenSockets {
  /** Makes a socket and counts it until it is closed. */
  readonly create: () => Socket;
  /** Resolves once none is open. */
  readonly gone: () => Promise<void>;
}

export function trackSockets(): OpenSockets {
  const open = new Set<Socket>();
  let waiting: (() => void)[] = [];
  return {
    create() {
      const socket = new Socket();
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        if (open.size > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      });
      return socket;
    },
    gone: () => (open.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
  };
}
