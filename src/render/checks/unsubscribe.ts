import type { Check, Checked, Finding } from "./check.js";
import { isHidden, select, pathOf, singleSpaced } from "./elements.js";
import type { Element } from "./elements.js";
import { urlsIn } from "./links.js";

/** Words in the texts and addresses of unsubscribe links, in several languages. */
const UNSUBSCRIBE =
  /unsubscri|abbestell|abmeld|opt[-_ ]?out|退订|取消订阅|désabonn|désinscri|darse de baja|cancelar suscripci/i;

/** Checks whether readers can unsubscribe. */
export const UNSUBSCRIBE_CHECKS: readonly Check[] = [
  {
    id: "unsubscribe",
    severity: "error",
    requires: "both parts show the unsubscribe link if it is configured, and no part shows a broken one",
    fix: "Show the unsubscribe link in the footer of letter.html.hbs and letter.text.hbs, and only if its target is configured.",
    run: (checked) => [
      ...checkBroken(checked),
      ...(checked.options.unsubscribe === "required" ? checkBoth(checked) : []),
    ],
  },
];

/** Returns the unsubscribe links. A link to a paper never counts, whatever its title. */
function unsubscribeLinks({ $, paperUrls }: Checked): Element[] {
  return select($, "a").filter((element) => {
    const target = element.attribs["href"] ?? "";
    const isAboutPapers = paperUrls.has(target) || /^#./.test(target);
    return !isAboutPapers && !isHidden(element) && (UNSUBSCRIBE.test($(element).text()) || UNSUBSCRIBE.test(target));
  });
}

function checkBroken(checked: Checked): Finding[] {
  const { $, letter, paperText } = checked;
  const broken = unsubscribeLinks(checked).filter((element) => !isAddress(element.attribs["href"] ?? ""));
  // A line that ends in a colon shows that the template printed no address.
  const incomplete = letter.text
    .split("\n")
    .filter(
      (line) =>
        UNSUBSCRIBE.test(line) && /:\s*$/.test(line) && !paperText.includes(/\S+$/.exec(singleSpaced(line))?.[0] ?? ""),
    );
  return [
    ...broken.map((element) => ({ message: "the unsubscribe link has no address", where: pathOf($, element) })),
    ...incomplete
      .filter((line) => !/^\s*(?:https?:|mailto:|<)/i.test(lineAfter(letter.text, line)))
      .map((line) => ({
        message: "the text part mentions unsubscribing but gives no address",
        where: singleSpaced(line),
      })),
  ];
}

function checkBoth(checked: Checked): Finding[] {
  const { letter, paperUrls } = checked;
  const targets = unsubscribeLinks(checked).map(({ attribs }) => attribs["href"] ?? "");
  const inHtml = targets.filter(isAddress);
  const inText = new Set([...urlsIn(letter.text, paperUrls), ...(letter.text.match(/mailto:\S+/gi) ?? [])]);
  if (inHtml.length === 0) return [{ message: "the HTML part shows no unsubscribe link" }];
  return inHtml.some((target) => inText.has(target))
    ? []
    : [{ message: "the text part does not have the unsubscribe address of the HTML part" }];
}

function isAddress(target: string): boolean {
  return /^(?:https?:\/\/|mailto:)[^\s]+$/i.test(target);
}

function lineAfter(text: string, line: string): string {
  const lines = text.split("\n");
  return lines[lines.indexOf(line) + 1] ?? "";
}
