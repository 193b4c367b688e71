import type { Environment } from "../app/app.js";
import type { Outcome } from "../commands/command.js";
import { failureOf, REASONS } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import type { Masker } from "../core/mask.js";
import { paint, printable } from "../core/text.js";

interface OutputFlags {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** Masks secrets in everything that is printed. */
  readonly mask: Masker;
}

/** Prints the outcome of a command and returns the exit status. The last line names the reason. */
export function showOutcome(outcome: Outcome, streams: Environment, { json, quiet, mask }: OutputFlags): number {
  const { stdout, stderr } = streams;
  const { reason, data, result } = outcome;
  const { message, hint } = mask.value({ message: outcome.message, hint: outcome.hint });
  const { exit } = REASONS[reason ?? "sent"];
  if (hint && !quiet && !json) stderr.write(`${paint.dim(printable(hint))}\n`);
  if (json && (result || data === undefined)) {
    stdout.write(`${JSON.stringify({ ...(reason && { reason, exit }), message, ...mask.value(result) })}\n`);
  } else if (data !== undefined) {
    stdout.write(mask.output(data));
  } else {
    (exit === 0 ? stdout : stderr).write(`${lastLine(reason, message)}\n`);
  }
  return exit;
}

/** Prints why a command failed and returns the exit status. An error that Paperboy did not throw itself is reported as a bug. */
export function showFailure(
  error: unknown,
  { stdout, stderr }: Environment,
  { json, verbose, quiet, mask }: OutputFlags,
): number {
  const failure = failureOf(error);
  const { code, retryable } = failure;
  const { message, hint } = mask.value({ message: failure.message, hint: failure.hint });
  const { exit } = REASONS[code];
  if (json) stdout.write(`${JSON.stringify({ reason: code, exit, message, hint, retryable, editions: [] })}\n`);
  if (verbose) stderr.write(`${printable(mask.message(stackOf(failure)))}\n`);
  const advice = [hint, exit !== 0 && retryable && "Try again later."].filter(Boolean).join("\n");
  if (advice && (exit !== 0 || !quiet)) stderr.write(`${paint.dim(printable(advice))}\n`);
  if (exit !== 0 || !json) (exit === 0 ? stdout : stderr).write(`${lastLine(code, message)}\n`);
  return exit;
}

function lastLine(reason: ReasonCode | undefined, message: string): string {
  if (reason === undefined) return printable(message);
  const colour = REASONS[reason].exit === 0 ? paint.good : paint.bad;
  return `${colour(reason)}: ${printable(message)}`;
}

function stackOf(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by: ${stackOf(error.cause)}` : own;
}
