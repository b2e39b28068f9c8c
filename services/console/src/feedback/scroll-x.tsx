import type { ReactNode } from 'react';

/** A wide table on a narrow screen: it scrolls by itself, by keyboard too, where no link within takes the focus. */
export function ScrollX({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="scroll-x" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
