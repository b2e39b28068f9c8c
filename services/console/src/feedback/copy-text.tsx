import { ActionIcon, CopyButton } from '@mantine/core';
import { Icon } from '../icon/icon';

/** A small button that copies; says in words that it did. */
export function CopyText({ text, what }: { text: string; what: string }) {
  return (
    <CopyButton value={text} timeout={1_500}>
      {({ copied, copy }) => (
        <ActionIcon
          size="xs"
          onClick={copy}
          aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
          title={`Copy ${what}`}
        >
          <Icon name={copied ? 'done' : 'copy'} />
        </ActionIcon>
      )}
    </CopyButton>
  );
}
