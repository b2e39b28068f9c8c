import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { RetryableError } from '@oopstream/ports';
import { createLogger } from '@oopstream/runtime';
import { createPool, postgresConfigSchema } from './pool';
import type { PostgresPool } from './pool';

/** A message of the server: a type, its length, what it says. PostgreSQL manual, Frontend/Backend Protocol. */
function message(type: string, body: Buffer | string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + Buffer.byteLength(body));
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}

const READY = message('Z', 'I');
const IN_TRANSACTION = message('Z', 'T');
const LOGGED_IN = message('R', Buffer.alloc(4));
const STOPPED = message('E', 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');

const complete = (command: string): Buffer => message('C', `${command}\0`);

/** Answers each statement, and in the same bytes says that it is stopped when the statement is `last`. */
function talk(socket: Socket, last: string): void {
  socket.on('error', () => undefined);
  socket.once('data', () => {
    socket.write(Buffer.concat([LOGGED_IN, READY]));
    socket.on('data', (bytes) => {
      const command = ['BEGIN', 'COMMIT', 'ROLLBACK'].find((word) => bytes.includes(word));
      if (command === undefined) return;
      const answered = [complete(command), command === 'BEGIN' ? IN_TRANSACTION : READY];
      if (command === last) socket.end(Buffer.concat([...answered, STOPPED]));
      else socket.write(Buffer.concat(answered));
    });
  });
}

describe('a server that stops just as it answered', () => {
  let server: Server;
  let pool: PostgresPool;
  const connect = async (last: string): Promise<void> => {
    server = createServer((socket) => talk(socket, last));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const config = postgresConfigSchema.parse({ url: `postgres://u:p@127.0.0.1:${port}/d` });
    pool = createPool(config, { logger: createLogger({ service: 'test', level: 'silent' }) });
  };
  afterEach(async () => {
    await pool.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('fails the next statement of the transaction that began, and ends no process', async () => {
    await connect('BEGIN');
    const transaction = await pool.begin();
    await expect(transaction.query('SELECT 1')).rejects.toBeInstanceOf(RetryableError);
    await transaction.rollback();
  });

  it.each(['commit', 'rollback'] as const)('has ended with its %s', async (end) => {
    await connect(end.toUpperCase());
    const transaction = await pool.begin();
    await expect(transaction[end]()).resolves.toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
  });
});
