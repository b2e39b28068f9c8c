import { createLogger } from '@oopstream/runtime';
import { KafkaJSProtocolError } from 'kafkajs';
import type { Message } from 'kafkajs';
import type { ProducerLease } from './idempotent-producers';
import { PartitionSender } from './partition-sender';
import type { Parcel } from './partition-sender';

/** A broker's error by its name; its other fields are not looked at. */
function brokerError(type: string): Error {
  return new KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 0, retriable: true }));
}

/** Producers that answer as told, and remember what they were sent. */
class ScriptedProducers {
  readonly sends: { readonly producer: number; readonly values: readonly string[] }[] = [];
  readonly answers: (() => Promise<void>)[] = [];
  readonly retired = new Set<number>();
  sending = 0;
  mostAtOnce = 0;
  leased = 0;

  lease(): Promise<ProducerLease> {
    const producer = this.retired.size;
    this.leased += 1;
    return Promise.resolve({
      send: (_topic: string, _partition: number, messages: readonly Message[]) =>
        this.#send(producer, messages),
      retire: () => void this.retired.add(producer),
      release: () => void (this.leased -= 1),
    });
  }

  async #send(producer: number, messages: readonly Message[]): Promise<void> {
    this.sends.push({ producer, values: messages.map((message) => String(message.value)) });
    this.sending += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.sending);
    try {
      await this.answers.shift()?.();
    } finally {
      this.sending -= 1;
    }
  }
}

function bench() {
  const producers = new ScriptedProducers();
  const clock = { atMs: 1_000, nowMs: () => clock.atMs };
  const sender = new PartitionSender({
    topic: 'topic',
    partition: 0,
    producers,
    clock,
    logger: createLogger({ service: 'test', level: 'silent' }),
    lingerMs: 0,
    maxSendRecords: 3,
    onDurable: () => undefined,
  });
  const append = (value: string, more: Partial<Parcel> = {}) =>
    new Promise<void>((resolve, reject) =>
      sender.enqueue({
        messages: [{ value }],
        sizeBytes: 10,
        maxSendBytes: 1_000,
        enqueuedAtMs: clock.nowMs(),
        deadlineMs: clock.nowMs() + 60_000,
        resolve,
        reject,
        ...more,
      }),
    );
  return { producers, clock, sender, append };
}

const fail = (error: Error) => () => Promise.reject(error);

describe('PartitionSender', () => {
  it('sends one batch at a time; what comes meanwhile goes with the next, within the limits', async () => {
    const { producers, append } = bench();
    const gate = Promise.withResolvers<undefined>();
    producers.answers.push(async () => void (await gate.promise));
    const first = append('1');
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const rest = ['2', '3', '4', '5', '6'].map((value) => append(value));
    const large = append('7', { sizeBytes: 990 });
    const last = append('8');
    gate.resolve(undefined);
    await Promise.all([first, ...rest, large, last]);
    expect(producers.sends.map((send) => send.values)).toEqual([
      ['1'],
      ['2', '3', '4'],
      ['5', '6'],
      ['7', '8'],
    ]);
    expect(producers.mostAtOnce).toBe(1);
    expect(producers.leased).toBe(0);
  });

  it('keeps a batch within the bytes that the topic takes', async () => {
    const { producers, append } = bench();
    await Promise.all([append('1', { sizeBytes: 600 }), append('2', { sizeBytes: 600 })]);
    expect(producers.sends.map((send) => send.values)).toEqual([['1'], ['2']]);
  });

  it('sends the same records by the same producer again while the outcome is open; later ones wait', async () => {
    const { producers, append } = bench();
    producers.answers.push(fail(brokerError('NOT_LEADER_FOR_PARTITION')), fail(new Error('connection lost')));
    const first = append('1');
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    await Promise.all([first, append('2')]);
    expect(producers.sends).toEqual([
      { producer: 0, values: ['1'] },
      { producer: 0, values: ['1'] },
      { producer: 0, values: ['1'] },
      { producer: 0, values: ['2'] },
    ]);
  });

  it.each(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH'])(
    'after %s sends the same records by a new producer',
    async (type) => {
      const { producers, append } = bench();
      producers.answers.push(fail(brokerError(type)));
      await append('1');
      expect(producers.sends).toEqual([
        { producer: 0, values: ['1'] },
        { producer: 1, values: ['1'] },
      ]);
      expect(producers.leased).toBe(0);
    },
  );

  it('never lets the sequence numbers of records given up in doubt stand for others', async () => {
    const { producers, clock, append } = bench();
    producers.answers.push(() => {
      clock.atMs += 60_000;
      return Promise.reject(new Error('no answer'));
    });
    await expect(append('1')).rejects.toMatchObject({ reason: 'log-unavailable', retryable: true });
    await append('2');
    expect(producers.sends).toEqual([
      { producer: 0, values: ['1'] },
      { producer: 1, values: ['2'] },
    ]);
  });

  it('does not send what waited past its deadline', async () => {
    const { producers, clock, append } = bench();
    const late = append('1', { deadlineMs: clock.nowMs() });
    await expect(late).rejects.toMatchObject({ reason: 'log-unavailable' });
    expect(producers.sends).toEqual([]);
  });

  it('takes MESSAGE_TOO_LARGE and a refusal as final', async () => {
    const { producers, append } = bench();
    producers.answers.push(
      fail(brokerError('MESSAGE_TOO_LARGE')),
      fail(brokerError('TOPIC_AUTHORIZATION_FAILED')),
    );
    await expect(append('1')).rejects.toMatchObject({ reason: 'record-too-large', retryable: false });
    await expect(append('2')).rejects.toMatchObject({ reason: 'log-unavailable', retryable: true });
    expect(producers.sends.length).toBe(2);
  });

  it('drains once nothing waits', async () => {
    const { producers, sender, append } = bench();
    const appended = append('1');
    await sender.drain();
    expect(producers.sends.length).toBe(1);
    await appended;
  });
});
