import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signatureHeaders } from './sign';

const GUIDE = join(__dirname, '../../../../docs/webhooks.md');
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const body = '{"type":"incident.opened","data":{"title":"größer"}}';

/** The code that docs/webhooks.md tells receivers to use. */
function snippet(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(
    readFileSync(GUIDE, 'utf8'),
  );
  return found![1]!;
}

const DRIVERS = {
  js: {
    file: 'verify.mjs',
    command: process.execPath,
    rest: `const [secret, body, headers] = process.argv.slice(2);
           console.log(JSON.stringify(verify(secret, body, JSON.parse(headers))));`,
  },
  python: {
    file: 'verify.py',
    command: 'python3',
    rest: `import sys
secret, body, headers = sys.argv[1:]
print(json.dumps(verify(secret, body.encode(), json.loads(headers))))`,
  },
} as const;

describe.each(['js', 'python'] as const)('the %s that the guide shows', (language) => {
  // Below this package, so that Node finds the library.
  const dir = mkdtempSync(join(__dirname, 'guide-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const { file, command, rest } = DRIVERS[language];
  writeFileSync(join(dir, file), `${snippet(language)}\n${rest}\n`);
  const verify = (headers: object, sent = body) =>
    execFileSync(command, [join(dir, file), SECRET, sent, JSON.stringify(headers)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const sign = (more: object = {}) =>
    signatureHeaders({ id: 'id-1', timestampMs: Date.now(), body, secrets: [SECRET], ...more });
  const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

  it('takes what we sign, also with several secrets', () => {
    expect(JSON.parse(verify(sign()))).toEqual(JSON.parse(body));
    expect(JSON.parse(verify(sign({ secrets: [other, SECRET] })))).toEqual(JSON.parse(body));
  });

  it('refuses another body, another secret and an old timestamp', () => {
    expect(() => verify(sign(), `${body} `)).toThrow();
    expect(() => verify(sign({ secrets: [other] }))).toThrow();
    expect(() => verify(sign({ timestampMs: Date.now() - 3_600_000 }))).toThrow();
  });
});
