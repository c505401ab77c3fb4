/** To take along: the figures as files, the address that shows the same picture, and paper. */
import { useState } from "preact/hooks";
import type { Compared } from "../load.ts";
import { tidyOf, writers } from "../take.ts";
import { words } from "../words.ts";
import type { Shared } from "./heading.tsx";

/** A file that the browser keeps: made here, sent nowhere. */
export function offer(name: string, type: string, content: string | Uint8Array): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export function Actions({ choice: { language }, indicator, compared }: Shared & { readonly compared: Compared | undefined }) {
  const say = words[language];
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div class="container actions no-print">
      <details class="menu">
        <summary class="btn btn-outline-primary btn-sm">{say.download}</summary>
        <ul>
          {writers.map(({ name, ending, type, write }) => (
            <li key={name}>
              <button
                type="button"
                class="plain"
                disabled={!compared}
                onClick={async () =>
                  compared && offer(`${indicator.id}.${ending}`, type, await write(tidyOf(compared.comparison, language)))
                }
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
      </details>
      <button type="button" class="btn btn-outline-primary btn-sm" onClick={copy}>
        {copied ? say.copied : say.copy}
      </button>
      <button type="button" class="btn btn-outline-primary btn-sm" onClick={() => print()}>
        {say.print}
      </button>
    </div>
  );
}
