/** A bucket of tokens that fills up again as time passes; shared by every process that uses the store. */
export interface Bucket {
  /** Such as `signup:ip:HASH` or `send:second`; never an address in clear. */
  readonly name: string;
  /** How many tokens it holds when it is full. */
  readonly capacity: number;
  /** In how many ms an empty bucket is full again. */
  readonly refillMs: number;
}

/** Whether it was granted; if not, after how many ms it is worth asking again. Nothing is taken from any bucket then. */
export type Grant = { readonly ok: true } | { readonly ok: false; readonly bucket: string; readonly retryInMs: number };

export interface LimitStore {
  /** Takes `count` tokens from each bucket, or from none; one atomic step. Buckets that are full again are forgotten. */
  take(buckets: readonly Bucket[], query: { readonly count: number; readonly now: Date }): Promise<Grant>;
}
