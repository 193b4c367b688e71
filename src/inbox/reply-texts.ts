import type { InboxCommand } from "./commands.js";

/** `{name}` is the list's name, `{what}` one of `effects`, `{url}` a page of the public site. */
interface ReplyTexts {
  /** What each command does, as a clause for `confirm` and `done`. */
  readonly effects: Readonly<Record<InboxCommand, string>>;
  readonly confirm: { readonly tag: string; readonly text: string; readonly page: string; readonly after: string };
  readonly unknown: { readonly subject: string; readonly text: string };
  readonly member: { readonly subject: string; readonly text: string };
  readonly done: { readonly subject: string; readonly text: string };
}

/** Replies hold these texts, the configured name and our tokens: nothing from the mail that they reply to. */
const LANGUAGES: Readonly<Record<string, ReplyTexts>> = {
  en: {
    effects: {
      subscribe: "You get {name} at this address, every day that has papers.",
      stop: "You get no more letters at this address.",
      pause: "Letters are paused until you ask for them again.",
      daily: "You get a letter every day that has papers.",
      weekly: "You get a letter once a week.",
      monthly: "You get a letter once a month.",
    },
    confirm: {
      tag: "{name}: reply to confirm",
      text: "We received a request from this address for the following change:\n\n    {what}\n\nTo confirm it, reply to this mail and leave its subject unchanged.",
      page: "Or open this page:\n{url}",
      after: "If you did not ask for this, ignore this mail. Nothing has changed.",
    },
    unknown: {
      subject: "[{name}] This address is not subscribed",
      text: "We received a request from this address to change its subscription, but it is not subscribed.\n\nIf you get the letters at another address, write from that one, or use a link in a letter. To subscribe with this address, send us a mail with the subject: subscribe",
    },
    member: {
      subject: "[{name}] This address is already subscribed",
      text: "We received a request to subscribe this address to {name}, but it is already subscribed.\n\nTo change the subscription, send us a mail with one of these words as its subject: daily, weekly, monthly, pause, stop",
    },
    done: { subject: "[{name}] Done", text: "We made the change that you asked for:\n\n    {what}" },
  },
  de: {
    effects: {
      subscribe: "Sie erhalten {name} an dieser Adresse, an jedem Tag mit neuen Artikeln.",
      stop: "Sie erhalten an dieser Adresse keine Briefe mehr.",
      pause: "Die Briefe pausieren, bis Sie sie wieder anfordern.",
      daily: "Sie erhalten einen Brief an jedem Tag mit neuen Artikeln.",
      weekly: "Sie erhalten einmal pro Woche einen Brief.",
      monthly: "Sie erhalten einmal im Monat einen Brief.",
    },
    confirm: {
      tag: "{name}: zum Bestätigen antworten",
      text: "Von dieser Adresse haben wir die Bitte um folgende Änderung erhalten:\n\n    {what}\n\nZum Bestätigen antworten Sie auf diese E-Mail und lassen den Betreff unverändert.",
      page: "Oder öffnen Sie diese Seite:\n{url}",
      after: "Wenn die Bitte nicht von Ihnen stammt, ignorieren Sie diese E-Mail. Es hat sich nichts geändert.",
    },
    unknown: {
      subject: "[{name}] Diese Adresse ist nicht angemeldet",
      text: "Wir haben die Bitte erhalten, das Abonnement dieser Adresse zu ändern. Sie ist aber nicht angemeldet.\n\nWenn Sie die Briefe an einer anderen Adresse erhalten, schreiben Sie uns von dort oder nutzen Sie einen Link im Brief. Um diese Adresse anzumelden, schicken Sie uns eine E-Mail mit dem Betreff: subscribe",
    },
    member: {
      subject: "[{name}] Diese Adresse ist bereits angemeldet",
      text: "Wir haben die Bitte erhalten, diese Adresse für {name} anzumelden. Sie ist aber bereits angemeldet.\n\nUm Ihr Abonnement zu ändern, schicken Sie uns eine E-Mail mit einem dieser Wörter als Betreff: daily, weekly, monthly, pause, stop",
    },
    done: { subject: "[{name}] Erledigt", text: "Wir haben die gewünschte Änderung vorgenommen:\n\n    {what}" },
  },
};

/** Returns the texts in a language, or in English when they are not translated into it. */
export function textsIn(language: string): ReplyTexts {
  const tag = language.toLowerCase().split("-")[0] ?? "";
  const found = Object.hasOwn(LANGUAGES, tag) ? LANGUAGES[tag] : LANGUAGES["en"];
  if (found === undefined) throw new Error("the English texts are missing");
  return found;
}

/** Fills in `{placeholders}`. Braces within a value stay. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}
