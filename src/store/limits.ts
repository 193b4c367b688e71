/** A token bucket, shared by all processes that use the store. */
export interface Bucket {
  /** Such as `signup:ip:HASH` or `send:second`; never a plain address. */
  readonly name: string;
  /** The tokens in a full bucket. */
  readonly capacity: number;
  /** The ms in which an empty bucket becomes full. */
  readonly refillMs: number;
}

/** A refusal takes no tokens and says in how many ms the request can be granted. */
export type Grant = { readonly ok: true } | { readonly ok: false; readonly bucket: string; readonly retryInMs: number };

export interface LimitStore {
  /** Takes `count` tokens from each bucket, or from none, atomically. Full buckets are deleted. */
  take(buckets: readonly Bucket[], query: { readonly count: number; readonly now: Date }): Promise<Grant>;
}
