import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { kafkaJars } from './kafka-jars';
import { KAFKA_LOGGING, kafkaSettings, STARTED_LINE } from './kafka-settings';
import type { KafkaNodePorts } from './kafka-settings';
import type { LocalServer } from './local-server';
import { findFreePort, LOOPBACK } from './loopback';
import { findProgram } from './programs';
import { startServerProcess } from './server-process';
import type { ServerProcess } from './server-process';

export interface KafkaOptions {
  /** Created when missing. A directory used before goes on with its data, on its ports. */
  readonly dir: string;
  /** Three replicate everything thrice and stay writable with one of them gone. */
  readonly nodes: 1 | 3;
  /** Of the brokers, one each; free ones when not given. */
  readonly ports?: readonly number[];
}

/** One broker of a {@link LocalKafka}; `restart` brings it back on its data and port after `stop` or `kill`. */
export interface KafkaNode extends LocalServer {
  readonly id: number;
  restart(): Promise<void>;
}

export interface LocalKafka {
  readonly name: string;
  /** `host:port` of each node. */
  readonly brokers: readonly string[];
  readonly nodes: readonly KafkaNode[];
  /** Cleanly, all nodes at once. */
  stop(): Promise<void>;
  /** SIGKILL to all nodes. */
  kill(): Promise<void>;
}

/** What a cluster's directory remembers. */
interface Cluster {
  readonly id: string;
  readonly nodes: readonly KafkaNodePorts[];
}

/**
 * Starts Apache Kafka (KRaft) on loopback: a real broker, its jars from Maven Central on first use.
 * @throws Error in one line when java or maven is missing.
 */
export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const java = findProgram('java', 'apt-get install default-jre-headless');
  const classPath = join(await kafkaJars(), '*');
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const cluster = await rememberCluster(dir, options);
  const started = await Promise.allSettled(
    cluster.nodes.map((_, index) => startNode({ java, classPath, dir, cluster, id: index + 1 })),
  );
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(nodes.map((node) => node.kill()));
    throw failed.reason;
  }
  return {
    name: 'kafka',
    brokers: cluster.nodes.map((node) => `${LOOPBACK}:${node.broker}`),
    nodes,
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
    kill: async () => void (await Promise.all(nodes.map((node) => node.kill()))),
  };
}

async function rememberCluster(dir: string, { nodes: count, ports }: KafkaOptions): Promise<Cluster> {
  const file = join(dir, 'cluster.json');
  if (existsSync(file)) {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Cluster;
    const moved = ports !== undefined && known.nodes.some((node, index) => node.broker !== ports[index]);
    if (known.nodes.length !== count || moved)
      throw new Error(`${dir} holds a cluster of other nodes or ports`);
    return known;
  }
  const taken = new Set<number>(ports);
  const fresh = async () => {
    for (;;) {
      const port = await findFreePort();
      if (!taken.has(port)) return (taken.add(port), port);
    }
  };
  const nodes: KafkaNodePorts[] = [];
  for (let index = 0; index < count; index += 1)
    nodes.push({ broker: ports?.[index] ?? (await fresh()), controller: await fresh() });
  const cluster: Cluster = { id: randomClusterId(), nodes };
  writeFileSync(file, JSON.stringify(cluster));
  return cluster;
}

/** Like Kafka's own: 16 random bytes, and no dash in front, which its tool would take for an option. */
function randomClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? randomClusterId() : id;
}

interface NodeSetup {
  readonly java: string;
  readonly classPath: string;
  readonly dir: string;
  readonly cluster: Cluster;
  readonly id: number;
}

async function startNode(setup: NodeSetup): Promise<KafkaNode> {
  const ports = setup.cluster.nodes[setup.id - 1]!;
  const nodeDir = join(setup.dir, `node-${setup.id}`);
  const dataDir = join(nodeDir, 'data');
  await format(setup, nodeDir, dataDir);
  const logFile = join(nodeDir, 'kafka.log');
  let running: ServerProcess = await launch(setup, nodeDir, logFile);
  return {
    name: `kafka-${setup.id}`,
    id: setup.id,
    host: LOOPBACK,
    port: ports.broker,
    url: `${LOOPBACK}:${ports.broker}`,
    get pid() {
      return running.pid;
    },
    dataDir,
    logFile,
    stop: () => running.stop(),
    kill: () => running.kill(),
    restart: async () => {
      await running.kill();
      running = await launch(setup, nodeDir, logFile);
    },
  };
}

/** Writes the settings and, once, the storage. */
async function format(setup: NodeSetup, nodeDir: string, dataDir: string): Promise<void> {
  mkdirSync(nodeDir, { recursive: true });
  const properties = join(nodeDir, 'server.properties');
  writeFileSync(properties, kafkaSettings(setup.id, setup.cluster.nodes, dataDir));
  writeFileSync(join(nodeDir, 'log4j2.properties'), KAFKA_LOGGING);
  if (existsSync(join(dataDir, 'meta.properties'))) return;
  const tool = ['-XX:TieredStopAtLevel=1', '-cp', setup.classPath, 'kafka.tools.StorageTool', 'format'];
  await promisify(execFile)(setup.java, [...tool, '-t', setup.cluster.id, '-c', properties]);
}

function launch(setup: NodeSetup, nodeDir: string, logFile: string): Promise<ServerProcess> {
  const before = existsSync(logFile) ? statSync(logFile).size : 0;
  return startServerProcess({
    name: `kafka-${setup.id}`,
    command: setup.java,
    args: [
      '-Xms128m',
      '-Xmx256m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      `-Dlog4j2.configurationFile=${join(nodeDir, 'log4j2.properties')}`,
      '-cp',
      setup.classPath,
      'kafka.Kafka',
      join(nodeDir, 'server.properties'),
    ],
    logFile,
    cwd: nodeDir,
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 20_000,
    isReady: () =>
      Promise.resolve(readFileSync(logFile).subarray(before).toString('latin1').includes(STARTED_LINE)),
  });
}
