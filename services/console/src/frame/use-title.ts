import { useEffect } from 'react';

/** The tab says which page it is: many are open at 3 a.m. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · oopstream`;
  }, [title]);
}
