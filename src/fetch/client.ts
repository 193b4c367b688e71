/**
 * The HTTP client, to be loaded on demand. Named here once, because a CommonJS package that is imported on demand keeps its
 * names in Node and loses them in a bundle.
 */
export { EnvHttpProxyAgent, Pool, request } from "undici";
