/**
 * A workbook under a password, as Office has encrypted them since 2007 ([MS-OFFCRYPTO] 2.3.4.5, "standard encryption"): the
 * .xlsx as one stream of the older container, beside a description of the cipher. Any spreadsheet program opens it.
 */
import { createCipheriv, createHash } from 'node:crypto';
import * as XLSX from 'xlsx';

const ROUNDS = 50_000;
const KEY_BYTES = 16;
const BLOCK = 16;
const PROVIDER = 'Microsoft Enhanced RSA and AES Cryptographic Provider\0';

/** The same bytes each time: salt and verifier are fixed, since nothing in it is secret. */
export function encryptedWorkbook(workbook: Buffer, password: string): Buffer {
  const salt = sha1(Buffer.from('salt')).subarray(0, 16);
  const verifier = sha1(Buffer.from('verifier')).subarray(0, 16);
  const key = keyOf(password, salt);
  const size = Buffer.alloc(8);
  size.writeUInt32LE(workbook.length);
  const cfb = XLSX.CFB as Container;
  const container = cfb.utils.cfb_new();
  cfb.utils.cfb_add(container, '/EncryptionInfo', encryptionInfo(salt, verifier, key));
  cfb.utils.cfb_add(container, '/EncryptedPackage', Buffer.concat([size, encrypt(workbook, key)]));
  return Buffer.from(cfb.write(container, { type: 'buffer' }));
}

interface Container {
  readonly utils: {
    cfb_new(): unknown;
    cfb_add(container: unknown, path: string, content: Buffer): void;
  };
  write(container: unknown, options: { type: 'buffer' }): Uint8Array;
}

function keyOf(password: string, salt: Buffer): Buffer {
  let hash = sha1(salt, Buffer.from(password, 'utf16le'));
  for (let round = 0; round < ROUNDS; round++) hash = sha1(uint32(round), hash);
  hash = sha1(hash, uint32(0));
  const pad = Buffer.alloc(64, 0x36);
  hash.forEach((byte, at) => (pad[at] = byte ^ 0x36));
  return sha1(pad).subarray(0, KEY_BYTES);
}

function encryptionInfo(salt: Buffer, verifier: Buffer, key: Buffer): Buffer {
  const provider = Buffer.from(PROVIDER, 'utf16le');
  // Flags: crypto API and AES. Algorithms: AES-128 (0x660e), SHA-1 (0x8004). Provider type 24 is AES.
  const header = [0x24, 0, 0x660e, 0x8004, KEY_BYTES * 8, 24, 0, 0].map(uint32);
  const headerBytes = Buffer.concat([...header, provider]);
  const version = Buffer.from([3, 0, 2, 0]);
  const hash = Buffer.concat([sha1(verifier), Buffer.alloc(12)]);
  return Buffer.concat([
    version,
    uint32(0x24),
    uint32(headerBytes.length),
    headerBytes,
    uint32(salt.length),
    salt,
    encrypt(verifier, key),
    uint32(20),
    encrypt(hash, key),
  ]);
}

function encrypt(plain: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc((BLOCK - (plain.length % BLOCK)) % BLOCK)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]);
}

function sha1(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
