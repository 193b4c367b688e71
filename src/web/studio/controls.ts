import { ABSTRACTS, ORDERS } from "../../core/model.js";
import type { StudioParts } from "./parts.js";
import type { State } from "./state.js";

interface Option {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

/** Returns the data of the form that selects the source, the theme and the view. */
export async function controls(
  { request: { source, theme, view }, tab }: State,
  { saved, themes, languages }: StudioParts,
) {
  const pages = await saved();
  const isSaved = pages.some((page) => page.source === source);
  const current = isSaved ? [] : [{ value: source, label: source, isChosen: true }];
  return {
    tab,
    sources: [
      ...current,
      ...pages.map((page): Option => ({ value: page.source, label: page.label, isChosen: page.source === source })),
    ],
    selects: [
      { name: "theme", label: "Theme", options: optionsOf(themes(), theme) },
      { name: "order", label: "Order", options: optionsOf(ORDERS, view.order) },
      { name: "abstracts", label: "Abstracts", options: optionsOf(ABSTRACTS, view.abstracts) },
      { name: "language", label: "Language", options: optionsOf(languages(), view.language) },
    ],
    numbers: [
      { name: "limit", label: "Max. papers", value: view.limit ?? "", least: 1, hint: "all" },
      { name: "minUpvotes", label: "Min. votes", value: view.minUpvotes || "", least: 0, hint: "0" },
      { name: "revisit", label: "Revisit", value: view.revisit || "", least: 0, hint: "none" },
    ],
    phrases: [
      { name: "include", label: "Include", value: view.include.join(", "), hint: "agents, robots" },
      { name: "exclude", label: "Exclude", value: view.exclude.join(", "), hint: "survey" },
    ],
    boxes: [
      { name: "withCode", label: "With code only", isChecked: view.withCode },
      { name: "pictures", label: "Pictures", isChecked: view.pictures },
    ],
  };
}

function optionsOf(values: readonly string[], chosen: string): Option[] {
  return values.map((value) => ({ value, label: value, isChosen: value === chosen }));
}
