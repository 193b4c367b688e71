import type { Setup } from "../../send/providers/provider.js";
import { PROVIDERS } from "../../send/providers/table.js";

type PresetName = Extract<(typeof PROVIDERS)[number], { readonly setup: Setup }>["setup"]["preset"];

/** The setup of a provider, with the title that `init` shows. */
export type Preset = Setup & { readonly preset: PresetName; readonly title: string };

/** The providers that `paperboy init` offers, in the order of the table. */
export const PRESETS: readonly Preset[] = PROVIDERS.flatMap((provider) =>
  "setup" in provider ? [{ title: provider.name, ...provider.setup }] : [],
);

/** The choices of a mail server: a folder, a server on this machine, a provider, or any other SMTP server. */
export const MAIL_CHOICES = ["outbox", "local", ...PRESETS.map(({ preset }) => preset), "smtp"] as const;

export type MailChoice = (typeof MAIL_CHOICES)[number];

/** Returns the provider of a choice; null for all others. */
export function presetOf(choice: MailChoice): Preset | null {
  return PRESETS.find(({ preset }) => preset === choice) ?? null;
}
