import { hostContextSchema } from '@oopstream/contracts';
import type { HostContext } from '@oopstream/contracts';
import { Refusal } from './refusal';

/** Fields that are wrong in themselves have a slug of their own. */
const HOST_FIELDS = ['host', 'machineId'];

/** Reads the `oopstream-context` header: base64url of the JSON. */
export function readContextHeader(header: string, maxBytes: number): HostContext | Refusal {
  if (!/^[\w-]*={0,2}$/.test(header)) return new Refusal('context-invalid', 'the header is no base64url');
  return readContext(Buffer.from(header, 'base64url'), maxBytes);
}

/** Reads the JSON of a host context. */
export function readContext(json: Buffer, maxBytes: number): HostContext | Refusal {
  if (json.byteLength > maxBytes) return new Refusal('context-invalid', `it may have ${maxBytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    return new Refusal('context-invalid', 'it is no JSON in UTF-8');
  }
  const parsed = hostContextSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const slug = HOST_FIELDS.includes(String(issue?.path[0])) ? 'host-invalid' : 'context-invalid';
  return new Refusal(slug, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
