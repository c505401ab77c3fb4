/** The narrow bar on top of every page: the other language, and who is signed in. */

import type { ComponentChildren } from "preact";
import type { Language } from "../../../schemas/words.ts";

interface SlimProps {
  /** The language to turn to, and its name. */
  readonly other: Language;
  readonly name: string;
  readonly turn: () => void;
  readonly children?: ComponentChildren;
}
export function Slim({ other, name, turn, children }: SlimProps) {
  return (
    <div class="slim">
      <div class="container">
        <button type="button" class="plain" lang={other} onClick={turn}>
          {name}
        </button>
        {children}
      </div>
    </div>
  );
}

interface SignedInProps {
  readonly name: string;
  readonly say: { readonly signOut: string };
  readonly signOut: () => void;
}
export function SignedIn({ name, say, signOut }: SignedInProps) {
  return (
    <span>
      <strong>{name}</strong>
      <button type="button" class="plain" onClick={signOut}>
        {say.signOut}
      </button>
    </span>
  );
}
