/** A token bucket, shared by all processes that use the store. */
export interface Bucket {
  /** The name, such as `signup:ip:HASH` or `send:second`. It never contains a plain address. */
  readonly name: string;
  /** The number of tokens in a full bucket. */
  readonly capacity: number;
  /** The time in ms in which an empty bucket becomes full. */
  readonly refillMs: number;
}

/** The result of `take`. A refusal takes no tokens; the request can be granted in `retryInMs` ms. */
export type Grant = { readonly ok: true } | { readonly ok: false; readonly bucket: string; readonly retryInMs: number };

export interface LimitStore {
  /** Takes `count` tokens from each bucket, or from none, atomically. Deletes full buckets. */
  take(buckets: readonly Bucket[], query: { readonly count: number; readonly now: Date }): Promise<Grant>;
}
