import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, parse } from 'yaml';
import { ROOT_DIR } from './root-dir';
import { output, validators } from './validators';

jest.setTimeout(600_000);

const DOCKER = join(ROOT_DIR, 'deploy/docker');
const CHART = join(ROOT_DIR, 'helm/oopstream');
const COMPOSE = join(ROOT_DIR, 'deploy/compose/compose.yaml');
const SERVICES = ['collector', 'fingerprint-worker', 'dedup', 'alert-worker', 'api', 'migrate'];

/** Settings that a service knows, by what it says of itself. */
async function knownSettings(service: string): Promise<ReadonlySet<string>> {
  const main = join(ROOT_DIR, 'services', service, 'dist/main.js');
  const schema = JSON.parse(await output(process.execPath, [main, '--print-config-schema'])) as {
    properties: Record<string, unknown>;
  };
  return new Set(Object.keys(schema.properties));
}

describe('images', () => {
  it('have a Dockerfile for each service that lints and does not run as root', async () => {
    const files = readdirSync(DOCKER).map((name) => join(DOCKER, name));
    await output(await validators.hadolint(), files);
    for (const service of [...SERVICES, 'standalone']) {
      const text = readFileSync(join(DOCKER, `${service}.Dockerfile`), 'utf8');
      expect(text).toContain('USER 1000:1000');
      expect(text).toContain(`services/${service}/dist/main.js`);
    }
  });
});

describe('compose file', () => {
  it('loads, and sets only what each service knows', async () => {
    const loaded = parse(await output(await validators.compose(), ['-no-interpolation', COMPOSE])) as {
      services: Record<string, { environment?: Record<string, string> }>;
    };
    for (const service of SERVICES) {
      const known = await knownSettings(service);
      const unknown = Object.keys(loaded.services[service]?.environment ?? {}).filter(
        (key) => !known.has(key),
      );
      expect([service, unknown]).toEqual([service, []]);
    }
  });
});

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: {
    readonly template?: {
      readonly spec: {
        readonly enableServiceLinks: boolean;
        readonly containers: readonly { readonly env: readonly { name: string }[] }[];
      };
    };
  };
}

describe('chart', () => {
  let rendered: string;
  let manifests: readonly Manifest[];

  beforeAll(async () => {
    const helm = await validators.helm();
    await output(helm, ['lint', '--strict', CHART]);
    const options = [
      '--set',
      'ingress.enabled=true',
      '--set',
      'ingress.tlsSecret=tls',
      '--set',
      'blob.existingSecret=s3',
    ];
    rendered = await output(helm, [
      'template',
      'oops',
      CHART,
      ...options,
      '--set',
      'otlpEndpoint=http://otel:4318',
    ]);
    manifests = parseAllDocuments(rendered).map((document) => document.toJS() as Manifest);
  });

  it('renders manifests that Kubernetes accepts', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'oopstream-chart-')), 'rendered.yaml');
    writeFileSync(file, rendered);
    await output(await validators.kubernetesValidate(), ['--strict', file]);
    expect(manifests.map((one) => one.kind).sort()).toEqual(
      [...Array<string>(5).fill('Deployment'), 'Ingress', 'Job', 'Service', 'Service'].sort(),
    );
  });

  it('sets only what each service knows, and keeps service links out', async () => {
    for (const service of SERVICES) {
      const pod = manifests.find(
        (one) =>
          one.metadata.labels['app.kubernetes.io/component'] === service && one.spec.template !== undefined,
      )?.spec.template?.spec;
      const known = await knownSettings(service);
      const unknown = pod!.containers
        .flatMap(({ env }) => env.map(({ name }) => name))
        .filter((name) => !known.has(name));
      expect([service, unknown, pod!.enableServiceLinks]).toEqual([service, [], false]);
    }
  });

  it('refuses values that it does not know', async () => {
    await expect(
      output(await validators.helm(), ['template', 'oops', CHART, '--set', 'colector.replicas=3']),
    ).rejects.toThrow(/colector/);
  });
});
