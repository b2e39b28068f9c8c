import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError } from './api/api-error';
import { router } from './router';
import { useSession } from './session/session-store';
import { SignIn } from './session/sign-in';
import { theme } from './theme/theme';

const MAX_RETRIES = 1;

/** A refusal stays a refusal; only what may pass is tried once more before a person is told. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < MAX_RETRIES && mayPass(error),
      refetchOnWindowFocus: false,
    },
  },
});

export function App() {
  const { token } = useSession();
  useEffect(() => {
    // What one token was shown is not shown to the next one.
    if (token === null) client.clear();
  }, [token]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        {token === null ? <SignIn /> : <RouterProvider router={router} />}
      </QueryClientProvider>
    </MantineProvider>
  );
}
