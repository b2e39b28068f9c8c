/** Wakes a loop up. What rings while the loop is busy is heard at its next wait. */
export class Doorbell {
  #rung = Promise.withResolvers<undefined>();

  ring(): void {
    this.#rung.resolve(undefined);
  }

  /** Forgets what rang so far: call it before looking at what there is to do. */
  reset(): void {
    this.#rung = Promise.withResolvers<undefined>();
  }

  /** Until it rings, or for at most so long. */
  async wait(atMostMs: number): Promise<void> {
    const elapsed = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => elapsed.resolve(undefined), atMostMs);
    await Promise.race([elapsed.promise, this.#rung.promise]);
    clearTimeout(timer);
  }
}
