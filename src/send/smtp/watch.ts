/** An alarm that rings once, unless it is put off or taken away. */
export interface Watch {
  /** Rings after so many milliseconds from now. */
  restart(ms: number): void;
  /** Does not ring until restarted. */
  pause(): void;
  /** Never rings again. */
  close(): void;
}

/** An alarm that rings after so many milliseconds. Node's timers are monotonic: a clock that jumps does not ring it. */
export function openWatch(ms: number, ring: () => void): Watch {
  let timer: NodeJS.Timeout | null = setTimeout(ring, ms);
  let over = false;
  const pause = (): void => {
    if (timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
  };
  return {
    restart: (next) => {
      pause();
      timer = over ? null : setTimeout(ring, next);
    },
    pause,
    close: () => {
      over = true;
      pause();
    },
  };
}
