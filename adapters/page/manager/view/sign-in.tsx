/** Who has no key sees why one is needed, and how to bring it. It is read here and never sent. */
import { useState } from "preact/hooks";
import { deskTitle, OrganisationSignIn } from "../../parts/organisation-sign-in.tsx";
import { words } from "../messages.ts";
import type { ViewProps } from "./shared.tsx";

export function SignIn({
  table,
  choice,
  signIn,
}: ViewProps & { readonly signIn: (member: string, jwk: JsonWebKey) => Promise<void> }) {
  const say = words[choice.language];
  const [wrong, setWrong] = useState(false);
  const [member, setMember] = useState(table.cities[0] ?? "");
  const desk = table.desks.get(member);
  const take = async (event: Event) => {
    const file = (event.currentTarget as HTMLInputElement).files?.[0];
    if (!file) return;
    setWrong(false);
    try {
      await signIn(member, JSON.parse(await file.text()) as JsonWebKey);
    } catch {
      setWrong(true);
    }
  };
  return (
    <div class="container py-5 narrow">
      <h1>{desk === undefined ? say.signInTitle : deskTitle[choice.language]}</h1>
      {desk === undefined && <p class="lead">{say.signInText}</p>}
      <div class="mb-4">
        <label class="d-block fw-semibold" for="member">
          {say.signInMember}
        </label>
        <select
          id="member"
          class="form-select"
          value={member}
          onChange={(event) => setMember(event.currentTarget.value)}
        >
          {[...table.names].map(([id, name]) => (
            <option key={id} value={id}>
              {name[choice.language]}
            </option>
          ))}
        </select>
      </div>
      <OrganisationSignIn language={choice.language} desk={desk} member={member} />
      <label class="d-block fw-semibold" for="key">
        {say.signInFile}
      </label>
      <input
        id="key"
        type="file"
        accept=".json,.jwk,application/json"
        onChange={take}
        aria-describedby="wrong"
      />
      <p id="wrong" role="status" class="amber">
        {wrong ? say.signInWrong : ""}
      </p>
    </div>
  );
}
