import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from './cli-bench';

const COMMANDS = [
  'explain',
  'fingerprint',
  'send',
  'incidents',
  'census',
  'rates',
  'gate',
  'ledger',
  'signature',
];

describe('oopstream', () => {
  it.each(['--version', '-V'])('says its version: %s', async (option) => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run([option])).toEqual({ exitCode: 0, out: `${version}\n`, err: '' });
  });

  it('lists every command in its help', async () => {
    const { exitCode, out } = await run(['--help']);
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each([[], ...COMMANDS.map((command) => [command])])(
    'shows an example in the help of %p',
    async (...args) => {
      const { exitCode, out, err } = await run([...args, '--help']);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toMatch(/\nExamples?:\n {2}\$ .*oopstream/);
    },
  );

  it.each([
    [['explode'], "unknown command 'explode'"],
    [['ledger', '--jsno'], "unknown option '--jsno'"],
    [['explain'], "missing required argument 'file'"],
    [['explain', 'nowhere.txt'], 'cannot read nowhere.txt'],
    [['ledger'], 'no running oopstream found'],
  ])('ends with 2 at %j', async (args, why) => {
    const { exitCode, out, err } = await run(args, { cwd: '/' });
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(why);
  });

  it('reads standard input where it is named `-`', async () => {
    const { exitCode, out } = await run(['explain', '-'], { stdin: Readable.from([Buffer.from('nothing')]) });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^-: no crash; 1 line read: /);
  });

  it('ends with 2 at a line that is no question, after the answers before it', async () => {
    const stdin = Readable.from(['{"id":"1","text":""}\nnonsense\n']);
    expect(await run(['fingerprint'], { stdin })).toEqual({
      exitCode: 2,
      out: '{"id":"1","crashes":[]}\n',
      err: 'oopstream: input line 2 is not JSON\n',
    });
  });
});
