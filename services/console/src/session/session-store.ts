import { useSyncExternalStore } from 'react';

const KEY = 'oopstream.token';
const CHANNEL = 'oopstream.session';

/** `endedBecause`: why there is no token any more; `null` when there never was one or a person signed out. */
export interface Session {
  readonly token: string | null;
  readonly endedBecause: string | null;
}

let session: Session = { token: sessionStorage.getItem(KEY), endedBecause: null };
const listeners = new Set<() => void>();
const channel = new BroadcastChannel(CHANNEL);

function become(next: Session): void {
  session = next;
  if (next.token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, next.token);
  for (const listener of listeners) listener();
}

export const sessionToken = (): string | null => session.token;

export function beginSession(token: string): void {
  become({ token, endedBecause: null });
  channel.postMessage({ token });
}

/** Ends the session if it still is the one whose token was refused: a late answer must not end a newer one. */
export function endSession(refused: string | null, because: string | null): void {
  if (session.token !== refused) return;
  become({ token: null, endedBecause: because });
}

export const signOut = (): void => {
  endSession(session.token, null);
  channel.postMessage({ signedOut: true });
};

// A tab opened from the list starts with an empty sessionStorage: it asks the tabs that are open, and only they, of
// the same origin, can answer. Nothing is written anywhere that outlives the last tab.
channel.addEventListener('message', (event: MessageEvent<unknown>) => {
  const said: Record<string, unknown> = { ...(typeof event.data === 'object' ? event.data : {}) };
  if (said['asking'] === true && session.token !== null) channel.postMessage({ token: session.token });
  if (typeof said['token'] === 'string' && session.token === null) {
    become({ token: said['token'], endedBecause: null });
  }
  if (said['signedOut'] === true) become({ token: null, endedBecause: null });
});
if (session.token === null) channel.postMessage({ asking: true });

export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}
