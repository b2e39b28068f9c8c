import { hash, randomInt, timingSafeEqual } from 'node:crypto';

const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const SECRET_ALPHABET = `${ID_ALPHABET}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
const ID_LENGTH = 16;
/** 43 of 62 characters: 256 bits. */
const SECRET_LENGTH = 43;
const TOKEN = /^oops_([0-9a-z]{16})_([0-9A-Za-z]{43})$/;
const SCHEME = /^bearer +(.+)$/i;

export interface BearerToken {
  /** Finds the row; not secret. */
  readonly id: string;
  readonly secret: string;
}

export interface MintedToken {
  readonly id: string;
  /** `oops_<id>_<secret>`: shown once, to whoever will hold it. */
  readonly token: string;
  /** All that is stored of the secret. */
  readonly secretHash: Uint8Array;
}

/** Makes a new token from the system's random source. */
export function mintToken(): MintedToken {
  const id = randomText(ID_ALPHABET, ID_LENGTH);
  const secret = randomText(SECRET_ALPHABET, SECRET_LENGTH);
  return { id, token: `oops_${id}_${secret}`, secretHash: hashTokenSecret(secret) };
}

/** @returns the parts of `oops_<id>_<secret>`; `null` for anything of another form. */
export function parseToken(text: string): BearerToken | null {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/**
 * Reads an `Authorization` header.
 * @returns the text after `Bearer`; `null` when the header is absent or of another scheme.
 */
export function readBearer(authorization: string | undefined): string | null {
  return SCHEME.exec(authorization ?? '')?.[1]?.trim() ?? null;
}

/** @returns SHA-256 of the secret, 32 bytes. A fast hash does: the secret is 256 random bits, not a password. */
export function hashTokenSecret(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer');
}

/** Compares in constant time. */
export function matchesTokenSecret(secret: string, secretHash: Uint8Array): boolean {
  const given = hashTokenSecret(secret);
  return given.byteLength === secretHash.byteLength && timingSafeEqual(given, secretHash);
}

function randomText(alphabet: string, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += alphabet[randomInt(alphabet.length)];
  return text;
}
