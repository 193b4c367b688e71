import type { DrainParts } from "./drain-parts.js";
import { openRate, type Rate, type RateLimits } from "./quota.js";

/** How many messages may leave now, by a count that all who send share. */
export interface Allowance {
  /** Counts at most so many; `permits` may leave now, after `waitMs` perhaps more. */
  take(most: number): Promise<{ readonly permits: number; readonly waitMs: number }>;
  /** What was counted and did not leave. */
  giveBack(unused: number): Promise<void>;
}

const WITHOUT_LIMITS: Allowance = {
  take: (most) => Promise.resolve({ permits: most, waitMs: 0 }),
  giveBack: () => Promise.resolve(),
};

/** The provider's limits, counted in the store: however many processes and machines send, together they keep to them. */
export function openAllowance({ runs, transport, wall }: DrainParts, limits: RateLimits): Allowance {
  if (Object.values(limits).every((limit) => limit === undefined)) return WITHOUT_LIMITS;
  const use = <T>(act: (rate: Rate, at: number) => T): Promise<T> => {
    const at = wall();
    return runs.change(`rate:${transport.channel}`, (kept) => {
      const rate = openRate(limits, kept);
      const result = act(rate, at);
      return { value: rate.state(), result };
    });
  };
  return {
    take: (most) =>
      use((rate, at) => {
        const permits = Math.min(most, rate.available(at));
        const waitMs = rate.waitMs(at);
        rate.use(permits, at);
        return { permits, waitMs };
      }),
    giveBack: async (unused) => {
      if (unused > 0) await use((rate, at) => rate.use(-unused, at));
    },
  };
}
