/** To take along: the figures as files, the address that shows the same picture, and paper. */
import { useState } from "preact/hooks";
import type { Compared } from "../compare.ts";
import { offer, take, takeable } from "../export.ts";
import { clockOf } from "../load.ts";
import { words } from "../messages.ts";
import type { Shared } from "./shared.tsx";

export function Actions({
  choice: { language },
  table,
  indicator,
  compared,
}: Shared & { readonly compared: Compared | undefined }) {
  const say = words[language];
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  const give = async (format: (typeof takeable)[number], button: HTMLElement) => {
    if (compared === undefined) return;
    const about = { maker: table.hub, at: clockOf(table.session)(), names: table.names };
    offer(
      `${indicator.id}.${format.ending}`,
      format.type,
      await take(compared.comparison, about, format.name, language),
    );
    button.closest("details")?.removeAttribute("open");
  };
  return (
    <div class="actions no-print">
      <details
        class="menu"
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.currentTarget.open = false;
          event.currentTarget.querySelector("summary")?.focus();
        }}
      >
        <summary class="btn btn-outline-primary btn-sm">{say.download}</summary>
        <ul>
          {takeable.map((format) => (
            <li key={format.name}>
              <button
                type="button"
                class="plain"
                disabled={!compared}
                onClick={(event) => give(format, event.currentTarget)}
              >
                {format.title}
              </button>
            </li>
          ))}
        </ul>
      </details>
      <button type="button" class="btn btn-outline-primary btn-sm" onClick={copy}>
        <span aria-live="polite">{copied ? say.copied : say.copy}</span>
      </button>
      <button type="button" class="btn btn-outline-primary btn-sm" onClick={() => print()}>
        {say.print}
      </button>
    </div>
  );
}
