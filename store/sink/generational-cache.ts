/**
 * A Map with bounded size that keeps what is used: two generations, of which the older is dropped as a whole when the
 * younger is full. An entry lives at least `size / 2` additions after its last use, at the price of a plain Map.
 */
export class GenerationalCache<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  /** @param size entries at most. */
  constructor(private readonly size: number) {}

  get(key: K): V | undefined {
    const young = this.young.get(key);
    if (young !== undefined) return young;
    const old = this.old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.young.size >= this.size / 2) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }

  /** Entries in both generations; one that was moved up counts twice until the older is dropped. */
  get count(): number {
    return this.young.size + this.old.size;
  }
}
