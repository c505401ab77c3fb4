/** The way to a member's desk, where people sign in with the account of their organisation. */

import type { Language } from "../../../schemas/words.ts";
import { goToDesk, refusedAtDesk } from "./desk.ts";

const words = {
  it: {
    go: "Entra con l’account del tuo ente",
    text: "Vai all’accesso del tuo ente e torni qui. La chiave con cui questo browser firma resta qui e dura al più otto ore; l’hub non sa chi sei.",
    or: "Oppure, nella dimostrazione, con la chiave dell’ente:",
    missing:
      "Il tuo account non ha il ruolo che serve per questa pagina. Chiedi a chi gestisce gli accessi del tuo ente.",
    failed:
      "L’accesso non è riuscito. Riprova; se si ripete, avvisa chi gestisce gli accessi del tuo ente.",
  },
  en: {
    go: "Sign in with your organisation’s account",
    text: "You go to your organisation’s sign-in and come back here. The key that this browser signs with stays here and lasts eight hours at most; the hub does not learn who you are.",
    or: "Or, in the demonstration, with the organisation’s key:",
    missing:
      "Your account does not have the role that this page takes. Ask whoever manages access at your organisation.",
    failed:
      "Signing in did not work. Try again; if it happens again, tell whoever manages access at your organisation.",
  },
} as const;

export const deskTitle = { it: "Entra", en: "Sign in" } as const;

/** Nothing where the member has no desk, but for a refusal that somebody came back with. */
export function OrganisationSignIn({
  language,
  desk,
  member,
}: {
  readonly language: Language;
  readonly desk: string | undefined;
  readonly member?: string;
}) {
  const say = words[language];
  const refused = refusedAtDesk();
  return (
    <>
      {refused !== undefined && (
        <p class="amber" role="alert">
          {refused === "role-missing" ? say.missing : say.failed}
        </p>
      )}
      {desk !== undefined && (
        <div class="mb-4">
          <button type="button" class="btn btn-primary" onClick={() => goToDesk(desk, member)}>
            {say.go}
          </button>
          <p class="mt-2">{say.text}</p>
          <p class="mb-0">{say.or}</p>
        </div>
      )}
    </>
  );
}
