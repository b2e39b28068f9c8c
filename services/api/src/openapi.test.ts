import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const FILE = path.join(__dirname, '../openapi.json');

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly description?: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

describe('openapi.json', () => {
  let bench: ApiBench;
  let document: Document;
  beforeAll(async () => {
    bench = await openApiBench();
    document = (await bench.get('/openapi.json')).json<Document>();
  });
  afterAll(() => bench.app.close());
  const operations = () =>
    Object.entries(document.paths).flatMap(([url, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${url}`, operation] as const),
    );

  it('is the file in the repository (UPDATE_OPENAPI=1 writes it)', () => {
    const text = `${JSON.stringify(document, null, 2)}\n`;
    if (process.env['UPDATE_OPENAPI'] === '1') writeFileSync(FILE, text);
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });

  it('says of every operation what it is, who may, and how it refuses', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations().length).toBeGreaterThan(15);
    const tags = document.tags.map((tag) => tag.name);
    for (const [name, operation] of operations()) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^.{10,100}$/)]);
      expect([name, operation.tags]).toEqual([name, [tags.find((tag) => tag === operation.tags?.[0])]]);
      expect([name, operation.security]).toEqual([name, [{ bearer: [] }]]);
      const refusals = Object.entries(operation.responses).filter(([status]) => status >= '400');
      const statuses = refusals.map(([status]) => status);
      expect([name, statuses]).toEqual([name, expect.arrayContaining(['401', '500', '503'])]);
      for (const [, { content }] of refusals)
        expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
    }
  });

  it('describes every parameter', () => {
    for (const [name, { parameters = [] }] of operations())
      for (const parameter of parameters)
        expect([name, parameter.name, parameter.description]).toEqual([
          name,
          parameter.name,
          expect.stringMatching(/./),
        ]);
  });

  it('refers to every schema that it holds, and holds every one that it refers to', () => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect([...new Set(referred)].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  it('comes with a page to read it that asks no other host', async () => {
    const page = await bench.get('/docs');
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    const [, script = ''] = /src="([^"]+swagger-ui-bundle\.js)"/.exec(page.body) ?? [];
    expect((await bench.get(script)).statusCode).toBe(200);
    expect((await bench.get('/docs/static/swagger-initializer.js')).statusCode).toBe(200);
    expect((await bench.get('/docs/json')).statusCode).toBe(200);
  });
});
