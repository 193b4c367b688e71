import type { Wish } from "./wishes.js";

/** The words of answers; `{name}` is the list's name, `{what}` one of `wishes`, `{url}` a page of ours. */
interface Phrases {
  readonly wishes: Readonly<Record<Wish, string>>;
  readonly confirm: { readonly tag: string; readonly text: string; readonly page: string; readonly after: string };
  readonly unknown: { readonly subject: string; readonly text: string };
  readonly member: { readonly subject: string; readonly text: string };
  readonly done: { readonly subject: string; readonly text: string };
}

/** Answers hold these words, a name from the configuration and what we signed: nothing that the asker wrote. */
const LANGUAGES: Readonly<Record<string, Phrases>> = {
  en: {
    wishes: {
      subscribe: "this address gets {name}, every day that has papers",
      stop: "no more letters come to this address",
      pause: "the letters rest until you ask for them again",
      daily: "a letter comes every day that has papers",
      weekly: "a letter comes once a week",
      monthly: "a letter comes once a month",
    },
    confirm: {
      tag: "{name}: reply to confirm",
      text: "Somebody, hopefully you, asked us by mail that {what}.\n\nTo confirm it, reply to this mail and leave its subject as it is.",
      page: "Or open this page:\n{url}",
      after: "Was it not you? Then do nothing: nothing has changed.",
    },
    unknown: {
      subject: "[{name}] No letters go to this address",
      text: "Somebody, hopefully you, wrote to us from this address about its letters, but none go there.\n\nIf you get them at another address, write from that one, or use a link in the letter. To get them here, send us a mail with the subject: subscribe",
    },
    member: {
      subject: "[{name}] This address gets the letters already",
      text: "Somebody, hopefully you, asked for {name} at this address, which has it already.\n\nTo change it, send us a mail with one of these words as its subject: daily, weekly, monthly, pause, stop",
    },
    done: { subject: "[{name}] Done", text: "It is as you wished: {what}." },
  },
  de: {
    wishes: {
      subscribe: "diese Adresse {name} bekommt, an jedem Tag mit Artikeln",
      stop: "an diese Adresse keine Briefe mehr gehen",
      pause: "die Briefe ruhen, bis Sie wieder danach fragen",
      daily: "an jedem Tag mit Artikeln ein Brief kommt",
      weekly: "einmal in der Woche ein Brief kommt",
      monthly: "einmal im Monat ein Brief kommt",
    },
    confirm: {
      tag: "{name}: zum Bestätigen antworten",
      text: "Jemand, hoffentlich Sie, hat uns per Mail gebeten, dass {what}.\n\nZum Bestätigen antworten Sie auf diese Mail und lassen den Betreff, wie er ist.",
      page: "Oder öffnen Sie diese Seite:\n{url}",
      after: "Das waren nicht Sie? Dann tun Sie nichts: Es hat sich nichts geändert.",
    },
    unknown: {
      subject: "[{name}] An diese Adresse gehen keine Briefe",
      text: "Jemand, hoffentlich Sie, hat uns von dieser Adresse aus wegen ihrer Briefe geschrieben; es gehen aber keine dorthin.\n\nWenn Sie sie an einer anderen Adresse bekommen, schreiben Sie von dort, oder nehmen Sie einen Link im Brief. Um sie hier zu bekommen, schicken Sie uns eine Mail mit dem Betreff: subscribe",
    },
    member: {
      subject: "[{name}] Diese Adresse bekommt die Briefe schon",
      text: "Jemand, hoffentlich Sie, hat {name} an diese Adresse bestellt, die es schon bekommt.\n\nUm etwas zu ändern, schicken Sie uns eine Mail mit einem dieser Wörter als Betreff: daily, weekly, monthly, pause, stop",
    },
    done: { subject: "[{name}] Erledigt", text: "Es ist, wie Sie es wünschen: Ab jetzt gilt, dass {what}." },
  },
};

/** The words in a language, or in English where answers do not speak it. */
export function phrasesIn(language: string): Phrases {
  const tag = language.toLowerCase().split("-")[0] ?? "";
  const found = Object.hasOwn(LANGUAGES, tag) ? LANGUAGES[tag] : LANGUAGES["en"];
  if (found === undefined) throw new Error("there are English words");
  return found;
}

/** Puts values at their places; a value's own braces stay as they are. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}
