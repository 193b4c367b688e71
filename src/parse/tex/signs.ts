/** Reads a table of names and their texts, in turn: `leq ≤ geq ≥`. */
export function pairs(table: string): ReadonlyMap<string, string> {
  return new Map(Array.from(table.matchAll(/(\S+)\s+(\S+)/g), ([, name = "", text = ""]) => [name, text]));
}

/**
 * Commands that the site shows without their backslash, and their signs. They are replaced wherever they are a separate word, so none of
 * them may be a word of English or of common code.
 */
const LONE_SIGNS = pairs(`
  cdot · approx ≈ propto ∝ leq ≤ geq ≥ neq ≠ leqslant ≤ geqslant ≥ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆
  asymp ≍ simeq ≃ coloneqq ≔ doteq ≐ triangleq ≜ preceq ⪯ succeq ⪰ forall ∀ infty ∞ nabla ∇ hbar ℏ
  cdots … ldots … vdots ⋮ ddots ⋱ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lVert ‖ rVert ‖ lvert | rvert |
  rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ longrightarrow ⟶ Longrightarrow ⟹
  longleftarrow ⟵ hookrightarrow ↪ rightleftharpoons ⇌ rightsquigarrow ⇝ mapsto ↦ uparrow ↑ downarrow ↓ vdash ⊢
  notin ∉ subseteq ⊆ supseteq ⊇ subsetneq ⊊ varnothing ∅ emptyset ∅ setminus ∖ bigcup ⋃ bigcap ⋂
  otimes ⊗ oplus ⊕ odot ⊙ bigoplus ⨁ varepsilon ε vartheta ϑ varphi φ`);

/** Names of Greek letters. The names of the other letters are not used, or are words. */
const GREEK = pairs(`
  alpha α beta β gamma γ delta δ epsilon ε eta η theta θ kappa κ lambda λ mu μ nu ν pi π rho ρ sigma σ tau τ phi φ chi χ psi ψ omega ω
  Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ Phi Φ Psi Ψ Omega Ω`);

/** Names that are also words or parts of words, which are replaced only next to an operand. */
const WORD_SIGNS = pairs(`
  times × sim ∼ pm ± circ ∘ equiv ≡ subset ⊂ cup ∪ cap ∩ in ∈ to → le ≤ ge ≥ ne ≠ ll ≪ gg ≫ lt < gt > mid |
  sum ∑ prod ∏ ell ℓ`);

const SIGNS = new Map([...LONE_SIGNS, ...GREEK, ...WORD_SIGNS]);

/** Returns the sign of a command without its backslash; any other text unchanged. */
export function signOf(name: string): string {
  return SIGNS.get(name) ?? name;
}

const RAISED = pairs("star * ast * dagger † prime ′ top ᵀ circ °");

/** Returns the sign of a command that is a superscript; any other text unchanged. */
export function raisedSignOf(name: string): string {
  return RAISED.get(name) ?? name;
}

export const LONE_NAMES: readonly string[] = [...LONE_SIGNS.keys()];

/** A quick test for one of these names. The rules then check its context. */
export const LONE_NAME = new RegExp(String.raw`(?:${LONE_NAMES.join("|")})(?![a-z])`);

/** The names of Greek letters, for use in a pattern: of all, and of the small ones. */
export const GREEK_NAMES = [...GREEK.keys()].join("|");
export const SMALL_GREEK_NAMES = [...GREEK.keys()].filter((name) => /^[a-z]/.test(name)).join("|");
