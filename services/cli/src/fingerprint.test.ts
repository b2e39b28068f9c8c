import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fingerprintStream } from './fingerprint';

async function answer(chunks: readonly (string | Buffer)[]): Promise<string> {
  const output = new PassThrough();
  const said = text(output);
  await fingerprintStream(Readable.from(chunks), output);
  output.end();
  return said;
}

const ask = (id: string, body: string) => `${JSON.stringify({ id, text: body })}\n`;
const OOPS =
  'BUG: kernel NULL pointer dereference, address: 18\nOops: 0000 [#1] SMP\nRIP: 0010:f+0x2f/0x90 [m]\nCall Trace:\n g+0x1/0x2 [m]\n';

interface Answer {
  readonly id: string;
  readonly crashes: readonly unknown[];
}

const parse = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);

describe('oopstream fingerprint', () => {
  it('answers every line in order, also what it cannot understand', async () => {
    const out = await answer([ask('a', OOPS), ask('b', 'nothing here'), ask('c', OOPS)]);
    const lines = parse(out);
    expect(lines.map((line) => line.id)).toEqual(['a', 'b', 'c']);
    expect(lines[1]?.crashes).toEqual([]);
    expect(lines[0]?.crashes).toHaveLength(1);
    expect(lines[0]?.crashes[0]).toMatchObject({
      kind: 'null-ptr-deref',
      exception: 'page_fault',
      faultFunction: 'f',
      faultOffset: 47,
      faultModule: 'm',
      blamed: 'f',
      corrupted: false,
      panicked: false,
    });
    expect(lines[0]?.crashes).toEqual(lines[2]?.crashes);
  });

  it('splits at LF alone, wherever chunks end, and needs no LF at the end', async () => {
    const input = Buffer.from(`${ask('ä', `a\u2028b\r${OOPS}`)}${ask('z', 'x').trimEnd()}`);
    const bytes = Array.from({ length: input.length }, (_, i) => input.subarray(i, i + 1));
    const ids = parse(await answer(bytes)).map((line) => line.id);
    expect(ids).toEqual(['ä', 'z']);
  });

  it.each(['not json\n', '{"id": 1, "text": "x"}\n', '[]\n'])(
    'refuses %j with its line number',
    async (line) => {
      await expect(answer([ask('a', 'x'), line])).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('line 2'),
      });
    },
  );
});
