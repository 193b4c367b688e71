import type { VariantId } from "./frame.js";

/** One way of looking at a letter. */
interface Tab {
  readonly id: string;
  readonly label: string;
  /** The template in `templates/studio/tabs/` that shows it. */
  readonly pane: string;
  /** What must be there before it can be shown. */
  readonly needs: "letter" | "digest";
}

/** Every tab, in order. */
export const TABS = [
  { id: "desktop", label: "Desktop", pane: "letter", needs: "letter" },
  { id: "phone", label: "Phone", pane: "letter", needs: "letter" },
  { id: "dark", label: "Dark", pane: "letter", needs: "letter" },
  { id: "images-off", label: "Images off", pane: "letter", needs: "letter" },
  { id: "text", label: "Text", pane: "text", needs: "letter" },
  { id: "inbox", label: "Inbox", pane: "inbox", needs: "letter" },
  { id: "raw", label: "Raw", pane: "raw", needs: "letter" },
  { id: "size", label: "Size", pane: "size", needs: "letter" },
  { id: "checks", label: "Checks", pane: "checks", needs: "letter" },
  { id: "explain", label: "Explain", pane: "explain", needs: "digest" },
  { id: "papers", label: "Papers", pane: "papers", needs: "digest" },
] as const satisfies readonly Tab[];

export type TabId = (typeof TABS)[number]["id"];

/** The frames of the tabs that show the letter itself; the first is the one in which a place is shown. */
export const FRAMES: { readonly [Tab in TabId]?: readonly VariantId[] } = {
  desktop: ["desktop"],
  phone: ["phone", "phone-dark"],
  dark: ["dark"],
  "images-off": ["images-off"],
};
