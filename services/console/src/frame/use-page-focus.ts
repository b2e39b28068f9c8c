import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

/**
 * The focus goes along with the page, so that it is never lost: back in a list to the row that was opened, else to the
 * beginning of the content.
 */
export function usePageFocus(): void {
  const { pathname } = useLocation();
  const previous = useRef(pathname);
  useEffect(() => {
    if (previous.current === pathname) return;
    const opened = previous.current.split('/').at(-1) ?? '';
    previous.current = pathname;
    const row = document.querySelector<HTMLElement>(`[data-row-link="${CSS.escape(opened)}"]`);
    (row ?? document.getElementById('content'))?.focus({ preventScroll: true });
  }, [pathname]);
}
