/** The invented words from which `manyEntries` makes papers. */

export const SUBJECTS = [
  "Doorstep Transformers",
  "Paper Routes as Graphs",
  "Slow Morning Diffusion",
  "Folded Attention",
  "Postcode Embeddings",
  "Agents That Ring Once",
  "Umbrella Distillation",
  "Bicycle Policies",
  "Letterbox Vision",
  "Kerbside Retrieval",
] as const;

export const TWISTS = [
  "Learning to Deliver in the Rain",
  "What the Hedge Conceals",
  "A Study of Nine Streets",
  "Sparse Rewards before Breakfast",
  "Planning under Dogs",
  "When $n$ Houses Share One Gate",
  "Memory for Returning Customers",
  "Less Is Lighter to Carry",
] as const;

export const ABSTRACTS = [
  "We present a method that plans a morning's work before the kettle has boiled.",
  "Earlier systems treat every door alike, which costs time where doors differ.",
  "Our model reads the street once and keeps what it needs in a fixed memory.",
  "On four benchmarks it improves accuracy by 3.1 points and halves the energy used.",
  "An ablation shows that most of the gain comes from the order of the examples.",
  "The cost grows as $\\mathcal{O}(n \\log n)$ in the number of houses.",
  "We find that 12\\% of failures are due to gates that open outwards.",
  "Human carriers preferred the learned routes in 71 of 100 comparisons.",
  "Code, weights and the street maps are released for further work.",
  "We also report three ideas that did not help, so that nobody need try them again.",
] as const;

export const CODE_NAMES = [
  "doorstep",
  "folded",
  "kerbside",
  "postcode",
  "umbrella",
  "early-bird",
  "gatekeeper",
] as const;

export const KEYWORDS = [
  "route planning",
  "sparse attention",
  "diffusion",
  "retrieval",
  "robot learning",
  "agents",
] as const;

/** Slugs and full names. One ends in a space, as on the site. */
export const ORGANIZATIONS = [
  ["morning-lab", "Morning Laboratory"],
  ["institute-of-doors", "Institute of Doors and Thresholds"],
  ["UniversityOfLowfield", "University of Lowfield"],
  ["kerb-ai", "kerb ai "],
] as const;

export const FIRST_NAMES = [
  "Ottilie",
  "Tomás",
  "Ngozi",
  "Søren",
  "Zuzana",
  "Haruki",
  "Leïla",
  "Bram",
  "Ana",
  "Iñaki",
] as const;

export const LAST_NAMES = [
  "Brandt",
  "Ferreira",
  "Adeyemi-Holt",
  "Østergård",
  "Nováková",
  "Morita",
  "Benhaïm",
  "de Wit",
  "Lupu",
  "Agirre",
] as const;
