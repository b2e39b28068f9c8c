const PROBE_MS = 1_000;

/** Tells whether a server that was lost is there again. */
export interface ServerWatch {
  lost(error: Error): void;
  stop(): void;
}

/** From the first error on asks the server each second whether it is there again. */
export function watchServer(options: {
  readonly probe: () => Promise<unknown>;
  readonly onChange: (lost: boolean, error?: Error) => void;
}): ServerWatch {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const look = () => {
    options.probe().then(
      () => {
        timer = null;
        if (!stopped) options.onChange(false);
      },
      () => {
        timer = stopped ? null : setTimeout(look, PROBE_MS).unref();
      },
    );
  };
  return {
    lost(error: Error) {
      if (stopped || timer !== null) return;
      options.onChange(true, error);
      timer = setTimeout(look, PROBE_MS).unref();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
