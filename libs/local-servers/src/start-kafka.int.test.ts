import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from './loopback';
import { startKafka } from './start-kafka';

/** ApiVersions v0, correlation id 1, an empty client id. */
const API_VERSIONS = '\0\0\0\x0a\0\x12\0\0\0\0\0\x01\0\0';

describe('startKafka', () => {
  let dir = '';
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'oopstream-kafka-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('starts one broker that answers, and again on its data and port after a kill', async () => {
    const first = await startKafka({ dir, nodes: 1 });
    const [node] = first.nodes;
    try {
      expect(await ask(node!.port, API_VERSIONS)).not.toBeNull();
      const { pid } = node!;
      await node!.kill();
      expect(await ask(node!.port, API_VERSIONS)).toBeNull();
      await node!.restart();
      expect(node!.pid).not.toBe(pid);
      expect(await ask(node!.port, API_VERSIONS)).not.toBeNull();
      await first.stop();
      const again = await startKafka({ dir, nodes: 1 });
      expect(again.brokers).toEqual(first.brokers);
      await again.stop();
    } finally {
      await first.kill();
    }
  }, 120_000);

  it('refuses to open a directory as another cluster', async () => {
    const kafka = await startKafka({ dir, nodes: 1 });
    await kafka.stop();
    await expect(startKafka({ dir, nodes: 3 })).rejects.toThrow('other nodes or ports');
    await expect(startKafka({ dir, nodes: 1, ports: [1] })).rejects.toThrow('other nodes or ports');
  }, 60_000);
});
