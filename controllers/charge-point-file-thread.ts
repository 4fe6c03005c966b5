/** A thread's whole life: one uploaded file read, its rows told. See charge-point-file-reader.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { UploadedFile } from '../routes/route.js';
import { readChargePointFile } from './read-charge-point-file.js';

// Between threads a Buffer arrives as a bare Uint8Array.
const { type, bytes } = workerData as { readonly type: string; readonly bytes: Uint8Array };
const file: UploadedFile = { type, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
parentPort?.postMessage(readChargePointFile(file));
