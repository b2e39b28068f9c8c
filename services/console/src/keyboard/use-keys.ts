import { useEffect, useRef } from 'react';

/** What each key does; a two-key sequence is written `g i`. */
export type Keys = Readonly<Record<string, () => void>>;

const SEQUENCE_MS = 1_000;
const STORE = 'oopstream.keys';

export const keysAreOn = (): boolean => localStorage.getItem(STORE) !== 'off';
export const switchKeys = (on: boolean): void => {
  if (on) localStorage.removeItem(STORE);
  else localStorage.setItem(STORE, 'off');
};

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

const always = (): boolean => true;

/**
 * Single-key shortcuts; silent while a person types, while a dialog is open, with modifiers, and when switched off.
 *
 * @param applies asked at each key: `false` leaves the key to the browser
 */
export function useKeys(keys: Keys, applies = always): void {
  const current = useRef(keys);
  const isOurs = useRef(applies);
  useEffect(() => {
    current.current = keys;
    isOurs.current = applies;
  });
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || !keysAreOn() || !isOurs.current()) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      const waited =
        first !== null && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${event.key}` : null;
      const act = (waited !== null ? current.current[waited] : undefined) ?? current.current[event.key];
      first = { key: event.key, at: event.timeStamp };
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
