import type { Check, Checked, Finding } from "./check.js";
import { isHidden, select, pathOf, single } from "./elements.js";
import type { Element } from "./elements.js";
import { urlsIn } from "./links.js";

/** How links that end a subscription are called, in words and in addresses, in the languages that letters come in. */
const LEAVE =
  /unsubscri|abbestell|abmeld|opt[-_ ]?out|退订|取消订阅|désabonn|désinscri|darse de baja|cancelar suscripci/i;

/** Whether readers can leave, and nothing pretends that they can. */
export const UNSUBSCRIBE_CHECKS: readonly Check[] = [
  {
    id: "unsubscribe",
    severity: "error",
    looksAt: "where readers can unsubscribe, both parts show the link; where they cannot, nothing looks like one",
    mend: "Show the unsubscribe link in the footer of letter.html.hbs and letter.text.hbs, and only when its target is configured.",
    run: (checked) => [
      ...lookAtDeadOnes(checked),
      ...(checked.options.unsubscribe === "required" ? lookAtBoth(checked) : []),
    ],
  },
];

/** The links that end a subscription; a paper's own address never does, whatever the paper is called. */
function leavingLinks({ $, paperUrls }: Checked): Element[] {
  return select($, "a").filter((element) => {
    const target = element.attribs["href"] ?? "";
    const isAboutPapers = paperUrls.has(target) || /^#./.test(target);
    return !isAboutPapers && !isHidden(element) && (LEAVE.test($(element).text()) || LEAVE.test(target));
  });
}

function lookAtDeadOnes(checked: Checked): Finding[] {
  const { $, letter, paperText } = checked;
  const dead = leavingLinks(checked).filter((element) => !isAddress(element.attribs["href"] ?? ""));
  // A line of a template that ends in the word and a colon waited for an address that did not come.
  const waiting = letter.text
    .split("\n")
    .filter(
      (line) => LEAVE.test(line) && /:\s*$/.test(line) && !paperText.includes(/\S+$/.exec(single(line))?.[0] ?? ""),
    );
  return [
    ...dead.map((element) => ({ message: "an unsubscribe link that leads nowhere", where: pathOf($, element) })),
    ...waiting
      .filter((line) => !/^\s*(?:https?:|mailto:|<)/i.test(lineAfter(letter.text, line)))
      .map((line) => ({ message: "the text part says how to unsubscribe and gives no address", where: single(line) })),
  ];
}

function lookAtBoth(checked: Checked): Finding[] {
  const { letter, paperUrls } = checked;
  const targets = leavingLinks(checked).map(({ attribs }) => attribs["href"] ?? "");
  const inHtml = targets.filter(isAddress);
  const inText = new Set([...urlsIn(letter.text, paperUrls), ...(letter.text.match(/mailto:\S+/gi) ?? [])]);
  if (inHtml.length === 0) return [{ message: "the HTML part shows no unsubscribe link" }];
  return inHtml.some((target) => inText.has(target))
    ? []
    : [{ message: "the text part does not give the unsubscribe address" }];
}

function isAddress(target: string): boolean {
  return /^(?:https?:\/\/|mailto:)[^\s]+$/i.test(target);
}

function lineAfter(text: string, line: string): string {
  const lines = text.split("\n");
  return lines[lines.indexOf(line) + 1] ?? "";
}
