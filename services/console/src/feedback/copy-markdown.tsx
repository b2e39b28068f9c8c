import { Button, CopyButton } from '@mantine/core';
import { useRef } from 'react';
import { useKeys } from '../keyboard/use-keys';

/** Copies the page as Markdown with its permalink; `c` does the same. */
export function CopyMarkdown({ markdown }: { markdown: () => string }) {
  const button = useRef<HTMLButtonElement>(null);
  useKeys({ c: () => button.current?.click() });
  return (
    <CopyButton value={markdown()} timeout={1_500}>
      {({ copied, copy }) => (
        <Button ref={button} variant="default" onClick={copy}>
          <span aria-live="polite">{copied ? 'Copied' : 'Copy as Markdown'}</span>
        </Button>
      )}
    </CopyButton>
  );
}
