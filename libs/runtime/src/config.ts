import { readFileSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { Secret } from './secret';

const PREFIX = 'OOPSTREAM_';

/**
 * Sections of a service's configuration by name: each a flat zod object owned by the part that uses it. The setting
 * `brokers` of section `kafka` is read from `OOPSTREAM_KAFKA_BROKERS`. Schemas take strings (use `z.coerce`,
 * {@link flag}, {@link list}, {@link secret}) and give every setting that can have one a default.
 */
export type ConfigSections = Readonly<Record<string, z.ZodObject>>;

export type Config<Sections extends ConfigSections> = {
  readonly [Name in keyof Sections]: Readonly<z.infer<Sections[Name]>>;
};

/** A configuration that cannot be used; `message` has one line for each thing wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** `true`/`false`, `1`/`0`, `yes`/`no`, `on`/`off`. */
export function flag() {
  return z.stringbool().meta({ type: 'boolean' });
}

/** Comma-separated words, blanks around them dropped. */
export function list() {
  return z.string().transform((text) =>
    text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  );
}

/** @returns the variable that sets `key` of `section`: `sizeBytes` of `blobStore` is `OOPSTREAM_BLOB_STORE_SIZE_BYTES`. */
export function variableName(section: string, key: string): string {
  const upper = (word: string) => word.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  return `${PREFIX}${upper(section)}_${upper(key)}`;
}

/**
 * Reads a whole configuration from environment variables, once, and freezes it.
 * @throws ConfigError naming every unknown `OOPSTREAM_*` variable (with the nearest known one) and every bad value.
 */
export function loadConfig<Sections extends ConfigSections>(
  sections: Sections,
  env: Readonly<Record<string, string | undefined>>,
): Config<Sections> {
  const complaints: string[] = [];
  const known = new Set<string>();
  const config: Record<string, unknown> = {};
  for (const [section, schema] of Object.entries(sections)) {
    const values: Record<string, string> = {};
    for (const key of Object.keys(schema.shape)) {
      const variable = variableName(section, key);
      known.add(variable).add(`${variable}_FILE`);
      const value = readVariable(variable, env, complaints);
      if (value !== undefined) values[key] = value;
    }
    const parsed = schema.safeParse(values);
    if (parsed.success) config[section] = Object.freeze(parsed.data);
    else
      for (const issue of parsed.error.issues)
        complaints.push(`${variableName(section, String(issue.path[0] ?? ''))}: ${issue.message}`);
  }
  for (const variable of Object.keys(env))
    if (variable.startsWith(PREFIX) && !known.has(variable))
      complaints.push(`${variable}: no such setting, did you mean ${nearest(variable, known)}?`);
  if (complaints.length > 0) throw new ConfigError(complaints.join('\n'));
  return Object.freeze(config) as Config<Sections>;
}

function readVariable(
  variable: string,
  env: Readonly<Record<string, string | undefined>>,
  complaints: string[],
): string | undefined {
  const file = env[`${variable}_FILE`];
  if (file === undefined) return env[variable];
  if (env[variable] !== undefined) complaints.push(`${variable}: set both itself and by ${variable}_FILE`);
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    complaints.push(`${variable}_FILE: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function nearest(variable: string, known: ReadonlySet<string>): string {
  let best = '';
  for (const name of known)
    if (best === '' || distance(variable, name) < distance(variable, best)) best = name;
  return best;
}

/** JSON Schema (2020-12) of the variables that a service reads, for docs and the chart's values schema. */
export function describeConfig(sections: ConfigSections): object {
  const properties: Record<string, object> = {};
  const required: string[] = [];
  for (const [section, schema] of Object.entries(sections)) {
    const described = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: describeDefault,
    }) as {
      properties?: Record<string, object>;
      required?: string[];
    };
    for (const [key, property] of Object.entries(described.properties ?? {}))
      properties[variableName(section, key)] = property;
    for (const key of described.required ?? []) required.push(variableName(section, key));
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/** zod leaves out the default of what it transforms (flags, lists): here it is, as one would write it in a variable. */
function describeDefault(context: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const { def } = context.zodSchema._zod;
  if (def.type !== 'default') return;
  const { defaultValue } = def;
  context.jsonSchema.default = Array.isArray(defaultValue) ? defaultValue.join(',') : defaultValue;
}

/** A configuration as it may be logged: secrets as stars. */
export function redact(config: Readonly<Record<string, object>>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(config, (_key, value: unknown) => (value instanceof Secret ? '***' : value)),
  ) as Record<string, unknown>;
}
