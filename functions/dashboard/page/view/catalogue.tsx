/** What each member offers: datasets and periods, with source and licence. Searched as one types. */
import { useEffect, useState } from "preact/hooks";
import type { Offers } from "../../../../schemas/catalogue.ts";
import type { ViewProps } from "../app.tsx";
import { words } from "../words.ts";

const AT_MOST = 200;

export function Catalogue({ table, choice: { language } }: ViewProps) {
  const say = words[language];
  const [offers, setOffers] = useState<readonly Offers[]>();
  const [wanted, setWanted] = useState("");
  useEffect(() => void table.client.datasets().then(setOffers, () => setOffers([])), [table]);
  const all = (offers ?? []).flatMap(({ member, name, datasets }) => datasets.map((dataset) => ({ member, name, ...dataset })));
  const words_ = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ name, title, dataset, period }) => {
    const text = `${name[language]} ${title[language]} ${dataset} ${period}`.toLowerCase();
    return words_.every((word) => text.includes(word));
  });
  return (
    <div class="container py-4">
      <h1>{say.nav.catalogue}</h1>
      <label class="d-block fw-semibold" for="search">
        {say.searchCatalogue}
      </label>
      <input
        id="search"
        type="search"
        class="form-control narrow"
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      <p role="status" class="second mt-2">
        {offers ? say.found(found.length) : say.waiting}
      </p>
      <div class="table-scroll">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{say.city}</th>
              <th scope="col">{say.dataset}</th>
              <th scope="col">{say.year}</th>
              <th scope="col">{say.sources}</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, AT_MOST).map(({ id, name, title, period, origin, source, licence }) => (
              <tr key={id}>
                <th scope="row">{name[language]}</th>
                <td>
                  {title[language]} <span class={origin === "made" ? "made" : "real"}>{say[origin]}</span>
                </td>
                <td>{period}</td>
                <td class="small second">
                  {source} · {licence}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
