import type { Law, LawContext } from './event-log';
import { record, topicSpec, valueText } from './event-log-harness';

export function appendLaws({ bench, another }: LawContext, law: Law): void {
  law('what append resolved for is there for a group that comes later', async () => {
    const topic = await bench().topic(2);
    await bench().log.writer.append(topic, [record('a', 'one'), record('b', 'two')]);
    const seen = await bench().readAll(topic, 2);
    expect(seen.map(valueText).sort()).toEqual(['one', 'two']);
    expect(seen.every((one) => one.topic === topic && one.appendedAtMs > 0)).toBe(true);
  });

  law('keeps bytes, the empty value and unicode headers as they are', async () => {
    const topic = await bench().topic(1);
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const headers = { host: 'größe-主机-🖥', 'content-type': 'text/plain', empty: '', nul: 'a\u0000b' };
    await bench().log.writer.append(topic, [
      record('schlüssel-🔑', everyByte, headers),
      record('schlüssel-🔑', new Uint8Array()),
    ]);
    const [first, second] = await bench().readAll(topic, 2);
    expect(Uint8Array.from(first?.value ?? [])).toEqual(everyByte);
    expect(first?.headers).toEqual(headers);
    expect(first?.key).toBe('schlüssel-🔑');
    expect(second?.value.byteLength).toBe(0);
    expect(second?.headers).toEqual({});
  });

  law('keeps the order of a key and one partition for it, whichever process appends', async () => {
    const topic = await bench().topic(4);
    const writers = [bench().log.writer, (await another()).writer];
    for (let step = 0; step < 10; step += 1)
      for (const key of ['a', 'b', 'c', 'd', 'e'])
        await writers[step % 2]?.append(topic, [record(key, `${key}${step}`)]);
    const seen = await bench().readAll(topic, 50);
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      const own = seen.filter((one) => one.key === key);
      expect(new Set(own.map((one) => one.partition)).size).toBe(1);
      expect(own.map(valueText)).toEqual(Array.from({ length: 10 }, (_, step) => `${key}${step}`));
    }
    expect(new Set(seen.map((one) => one.partition)).size).toBeGreaterThan(1);
  });

  law('has nothing of the same call between a call’s records of one key', async () => {
    const topic = await bench().topic(2);
    const keys = ['a', 'b', 'c'];
    const mixed = keys.flatMap((key) => [0, 1, 2].map((part) => ({ key, part })));
    mixed.sort((left, right) => left.part - right.part);
    await Promise.all(
      ['first', 'second', 'third'].map((call) =>
        bench().log.writer.append(
          topic,
          mixed.map(({ key, part }) => record(key, `${call}-${part}`)),
        ),
      ),
    );
    const seen = await bench().readAll(topic, 27);
    for (const key of keys)
      for (const call of ['first', 'second', 'third']) {
        const offsets = seen
          .filter((one) => one.key === key && valueText(one).startsWith(call))
          .map((one) => one.offset);
        expect(offsets.length).toBe(3);
        const start = offsets[0] ?? -1;
        expect(offsets).toEqual([start, start + 1, start + 2]);
      }
  });

  law('gives offsets that are dense from 0', async () => {
    const topic = await bench().topic(2);
    for (let step = 0; step < 6; step += 1)
      await bench().log.writer.append(
        topic,
        ['a', 'b', 'c', 'd'].map((key) => record(key, `${step}`)),
      );
    const seen = await bench().readAll(topic, 24);
    for (const partition of [0, 1]) {
      const offsets = seen.filter((one) => one.partition === partition).map((one) => one.offset);
      expect(offsets).toEqual(offsets.map((_, index) => index));
    }
  });

  law('makes concurrent appends durable exactly once each', async () => {
    const topic = await bench().topic(3);
    const names = Array.from({ length: 400 }, (_, index) => `record-${index}`);
    await Promise.all(names.map((name) => bench().log.writer.append(topic, [record(name, name)])));
    const seen = await bench().readAll(topic, names.length);
    expect(seen.map(valueText).sort()).toEqual([...names].sort());
  });

  law('refuses a record over the limit and sends nothing of that call', async () => {
    const topic = await bench().topic(1, { maxRecordBytes: 20_000 });
    const noise = Uint8Array.from({ length: 30_000 }, (_, index) => (index * 7919) % 251);
    await expect(
      bench().log.writer.append(topic, [record('a', 'small'), record('a', noise)]),
    ).rejects.toMatchObject({ reason: 'record-too-large', retryable: false });
    await bench().log.writer.append(topic, [record('a', noise.subarray(0, 19_000))]);
    const seen = await bench().readAll(topic, 1);
    expect(seen.map((one) => [one.offset, one.value.byteLength])).toEqual([[0, 19_000]]);
  });

  law('takes an empty call, and refuses a topic that was never migrated without making it', async () => {
    const topic = await bench().topic(1);
    await bench().log.writer.append(topic, []);
    const missing = bench().name('missing');
    await expect(bench().log.writer.append(missing, [record('a', 'x')])).rejects.toMatchObject({
      reason: 'unknown-topic',
      retryable: false,
    });
    await expect(bench().log.admin.migrate([topicSpec(missing)])).resolves.toEqual({ created: [missing] });
  });
}
