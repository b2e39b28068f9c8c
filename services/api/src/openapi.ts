import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

const DESCRIPTION = `Kernel crashes of a Linux fleet: incidents, the crashes in them, the transcripts behind those.

Every request carries a bearer token (\`Authorization: Bearer oops_…\`). Refusals are RFC 9457 problems whose \`reason\`
is a slug of a closed list. Times are RFC 3339. Lists go on behind \`nextCursor\`.`;

const TAGS = [
  { name: 'Incidents', description: 'Groups of crashes that people open, resolve and see recur.' },
  { name: 'Fixes', description: 'In which releases a commit is, and which livepatches carry it.' },
  { name: 'Decisions', description: 'Merges, splits and pins by people: they win over every machine.' },
  {
    name: 'Replays',
    description:
      "Changing one's mind: stored readings through another algorithm, compared, switched over, taken back.",
  },
  { name: 'Crashes', description: 'Single failures of one host at one time.' },
  { name: 'Transcripts', description: 'The texts that show crashes.' },
  { name: 'Fleet', description: 'Which hosts are alive, what they run, and how often that crashes.' },
  { name: 'Alerts', description: 'Webhook endpoints and what was delivered to them.' },
  { name: 'Pipeline', description: 'Whether everything that came in is accounted for.' },
  { name: 'Tokens', description: 'Who may do what.' },
];

/** Nothing of another host, and only what the page itself brings along. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

type SchemaMap = Readonly<Record<string, unknown>>;

/** Gathers the routes added after it into one OpenAPI 3.1 document. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'oopstream',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This instance.' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: '`oops_<id>_<secret>`' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => dropUnused(jsonSchemaTransformObject(document)),
  });
}

/** Serves the document at `/openapi.json` and a page to read it at `/docs`; both without a token. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, () => app.swagger());
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, scope: 'public' };
    });
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: DOCS_CSP,
      uiConfig: { layout: 'BaseLayout', deepLinking: true, docExpansion: 'list', validatorUrl: null },
      theme: { title: 'oopstream API' },
    });
  });
}

/** Every schema with a name comes once as input and once as output: keep what some operation refers to. */
function dropUnused<Document extends object>(document: Document): Document {
  const { components } = document as { readonly components?: { readonly schemas?: SchemaMap } };
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value ?? null).matchAll(/#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit({ ...document, components: {} });
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept.sort()) } };
}
