import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { json, unchanged, type Answer } from './answer.js';

/**
 * How long an answer is kept that nobody asks for, ms. No answer is ever given for what has changed, whatever its age: this
 * only bounds how long memory is held.
 */
const TTL_MS = { energy: 3_600_000, aggregates: 600_000 } as const;
export type CachedResource = keyof typeof TTL_MS;

/**
 * hit: from memory; miss: not known; stale: known, and changed since; joined: another request was at making it;
 * unchanged: the client has it (304).
 */
export type CacheOutcome = 'hit' | 'miss' | 'stale' | 'joined' | 'unchanged';

export interface CacheRequest {
  readonly resource: CachedResource;
  /** As the schema made it: two that ask the same are the same. */
  readonly query: Readonly<Record<string, unknown>>;
  /** The client's header. */
  readonly ifNoneMatch: string | undefined;
  /** Of all that the answer is made of, read in its snapshot. */
  readonly version: number;
}

export interface AnswerCacheOptions {
  /** Of answers and their keys, at most; 0: nothing is kept. */
  readonly maxBytes: number;
  readonly onRequest?: (resource: CachedResource, outcome: CacheOutcome, bytes: number) => void;
}

interface Entry {
  readonly version: number;
  readonly text: Buffer;
}

/** A page of 1,000 items is a quarter of it. */
const MAX_ANSWER_BYTES = 1_048_576;
/** What the map and the entry's objects take beside text and key, about. */
const OVERHEAD_BYTES = 512;
/** Raise it when an answer looks other than before for the same rows: clients would keep theirs. */
const FORMAT = 1;

/**
 * Answers by what was asked, each with the version of the data that it was made of. It is looked at within a read: the version
 * is of the snapshot that the answer would be made from.
 */
export class AnswerCache {
  private readonly entries: LRUCache<string, Entry> | undefined;
  /** Being made, by ETag. */
  private readonly underWay = new Map<string, Promise<Answer>>();

  constructor(private readonly options: AnswerCacheOptions) {
    const { maxBytes } = options;
    if (maxBytes <= 0) return;
    this.entries = new LRUCache<string, Entry>({
      maxSize: maxBytes,
      maxEntrySize: Math.min(maxBytes, MAX_ANSWER_BYTES),
      sizeCalculation: ({ text }, key) => text.length + key.length + OVERHEAD_BYTES,
    });
  }

  get bytes(): number {
    return this.entries?.calculatedSize ?? 0;
  }

  /**
   * What is known, or else what `compute` gives, which is kept unless it is a problem or too large. Requests that ask the same
   * while it is made share it, its failure too.
   */
  async answer(request: CacheRequest, compute: () => Promise<Answer>): Promise<Answer> {
    const { resource, version } = request;
    const key = `${resource} ${normalised(request.query)}`;
    const etag = etagOf(key, version);
    if (hasEtag(request.ifNoneMatch, etag)) {
      this.note(resource, 'unchanged');
      return unchanged(etag);
    }
    const known = this.entries?.get(key);
    if (known?.version === version) {
      this.note(resource, 'hit');
      return json(known.text, etag);
    }
    const begun = this.underWay.get(etag);
    if (begun !== undefined) {
      this.note(resource, 'joined');
      return begun;
    }
    const made = this.make(request, key, etag, compute);
    this.underWay.set(etag, made);
    try {
      return await made;
    } finally {
      this.underWay.delete(etag);
    }
  }

  private async make(
    { resource, version }: CacheRequest,
    key: string,
    etag: string,
    compute: () => Promise<Answer>,
  ): Promise<Answer> {
    const answer = await compute();
    if (answer.kind !== 'body' || answer.status !== 200) return answer;
    const text = Buffer.from(JSON.stringify(answer.body));
    const outcome = this.entries?.has(key) === true ? 'stale' : 'miss';
    this.entries?.set(key, { version, text }, { ttl: TTL_MS[resource] });
    this.note(resource, outcome);
    return json(text, etag);
  }

  private note(resource: CachedResource, outcome: CacheOutcome): void {
    this.options.onRequest?.(resource, outcome, this.bytes);
  }
}

/** Names in order, and what was not given left out. */
function normalised(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Weak: the same for an answer however it is compressed. */
function etagOf(key: string, version: number): string {
  const hash = createHash('sha256').update(`${FORMAT} ${version} ${key}`).digest('base64url');
  return `W/"${hash.slice(0, 27)}"`;
}

/** By weak comparison (RFC 9110, section 13.1.2). `*` is left to whoever has the answer. */
function hasEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = etag.slice(2);
  return ifNoneMatch?.split(',').some((each) => each.trim().replace(/^W\//, '') === opaque) ?? false;
}
