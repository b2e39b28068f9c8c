import { Button } from '@mantine/core';
import type { ButtonProps } from '@mantine/core';

interface LoadMoreProps extends ButtonProps {
  /** What `useInfiniteQuery` gives. */
  readonly pages: {
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}

/** Asks for the next page of a list. */
export function LoadMore({ pages, ...button }: LoadMoreProps) {
  return (
    <Button
      variant="default"
      loading={pages.isFetchingNextPage}
      onClick={() => void pages.fetchNextPage()}
      {...button}
    >
      Load more
    </Button>
  );
}
