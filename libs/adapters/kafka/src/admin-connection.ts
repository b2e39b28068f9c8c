import { FatalError, RetryableError } from '@oopstream/ports';
import type { Admin, Kafka } from 'kafkajs';
import { logUnavailable } from './kafka-error';

/** A connection for questions and for topics; opened when first needed, and anew after a failure. */
export class AdminConnection {
  readonly #client: () => Kafka;
  #open: Promise<Admin> | null = null;

  constructor(client: () => Kafka) {
    this.#client = client;
  }

  /** @throws RetryableError `log-unavailable`, or the port's own error when `ask` throws one. */
  async ask<T>(what: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
    const opening = (this.#open ??= this.#connect());
    try {
      return await ask(await opening);
    } catch (error) {
      if (error instanceof FatalError || error instanceof RetryableError) throw error;
      if (this.#open === opening) this.#open = null;
      await disconnect(opening);
      throw logUnavailable(what, error);
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (open !== null) await disconnect(open);
  }

  async #connect(): Promise<Admin> {
    const admin = this.#client().admin();
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      await admin.disconnect();
      throw error;
    }
  }
}

async function disconnect(opening: Promise<Admin>): Promise<void> {
  const [opened] = await Promise.allSettled([opening]);
  if (opened.status === 'fulfilled') await opened.value.disconnect();
}
