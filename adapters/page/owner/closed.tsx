/** Whoever has not the owner's key sees how it is brought. It is read here, kept unextractable, and never sent. */

import { useEffect, useState } from "preact/hooks";
import type { Language } from "../../../schemas/words.ts";
import { deskHere } from "../parts/desk.ts";
import { OrganisationSignIn } from "../parts/organisation-sign-in.tsx";
import { words } from "./messages.ts";

interface ClosedProps {
  readonly language: Language;
  readonly strange: boolean;
  readonly signIn: (member: string, jwk: JsonWebKey) => Promise<void>;
}

export function Closed({ language, strange, signIn }: ClosedProps) {
  const say = words[language].closed;
  const [wrong, setWrong] = useState(false);
  const [member, setMember] = useState("");
  const [desk, setDesk] = useState<string>();
  useEffect(() => void deskHere().then(setDesk), []);
  const take = async (event: Event) => {
    const file = (event.currentTarget as HTMLInputElement).files?.[0];
    if (!file) return;
    setWrong(false);
    try {
      await signIn(member.trim(), JSON.parse(await file.text()) as JsonWebKey);
    } catch {
      setWrong(true);
    }
  };
  return (
    <div class="o-narrow py-5">
      <h1>{say.title}</h1>
      <p class="o-lead-small">{say.text}</p>
      {strange && (
        <p class="o-amber-box" role="alert">
          {say.stranger}
        </p>
      )}
      <OrganisationSignIn language={language} desk={desk} />
      <label class="d-block mb-3">
        <span class="d-block">{say.member}</span>
        <input
          class="o-input"
          type="text"
          value={member}
          placeholder="IT-028060"
          autocomplete="off"
          onInput={(event) => setMember(event.currentTarget.value)}
        />
      </label>
      <label class="d-block">
        <span class="d-block">{say.file}</span>
        <input
          type="file"
          accept=".json,.jwk,application/json"
          onChange={take}
          disabled={member.trim() === ""}
        />
      </label>
      <p role="status" class="o-amber">
        {wrong ? say.wrong : ""}
      </p>
    </div>
  );
}
