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
  /** Whose rows are in the answer: others are not given it. null: all. */
  readonly sites: readonly string[] | null;
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
  readonly etag: string;
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
  /** Being made, by what is asked and its version. */
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
    const { resource, version, sites } = request;
    const key = `${resource} ${ownersOf(sites)} ${normalised(request.query)}`;
    const mark = markOf(key, version);
    // To be known before the answer is: it may change though nothing in the answer has.
    if (sites === null && hasEtag(request.ifNoneMatch, mark)) return this.unchanged(resource, mark);
    const known = this.entries?.get(key);
    if (known?.version === version) {
      if (hasEtag(request.ifNoneMatch, known.etag)) return this.unchanged(resource, known.etag);
      this.note(resource, 'hit');
      return json(known.text, known.etag);
    }
    const begun = this.underWay.get(mark);
    if (begun !== undefined) {
      this.note(resource, 'joined');
      return begun;
    }
    const made = this.make(request, key, mark, compute);
    this.underWay.set(mark, made);
    try {
      const answer = await made;
      return answer.kind === 'json' && hasEtag(request.ifNoneMatch, answer.etag)
        ? this.unchanged(resource, answer.etag)
        : answer;
    } finally {
      this.underWay.delete(mark);
    }
  }

  private async make(
    { resource, version, sites }: CacheRequest,
    key: string,
    mark: string,
    compute: () => Promise<Answer>,
  ): Promise<Answer> {
    const answer = await compute();
    if (answer.kind !== 'body' || answer.status !== 200) return answer;
    const text = Buffer.from(JSON.stringify(answer.body));
    // The version moves with other sites' readings, too: whoever may not see those is told nothing of them by the mark either.
    const etag = sites === null ? mark : markOf(key, text);
    const outcome = this.entries?.has(key) === true ? 'stale' : 'miss';
    this.entries?.set(key, { version, text, etag }, { ttl: TTL_MS[resource] });
    this.note(resource, outcome);
    return json(text, etag);
  }

  private unchanged(resource: CachedResource, etag: string): Answer {
    this.note(resource, 'unchanged');
    return unchanged(etag);
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

/** Names of sites as they are, so that no two sets of them look the same. */
function ownersOf(sites: readonly string[] | null): string {
  return sites === null ? '*' : JSON.stringify([...sites].sort());
}

/** Weak: the same for an answer however it is compressed. */
function markOf(key: string, state: number | Buffer): string {
  const hash = createHash('sha256')
    .update(`${FORMAT} ${String(state)} ${key}`)
    .digest('base64url');
  return `W/"${hash.slice(0, 27)}"`;
}

/** By weak comparison (RFC 9110, section 13.1.2). `*` is left to whoever has the answer. */
function hasEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = etag.slice(2);
  return ifNoneMatch?.split(',').some((each) => each.trim().replace(/^W\//, '') === opaque) ?? false;
}
