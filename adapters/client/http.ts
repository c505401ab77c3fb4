/** One call over HTTP: a refusal that came as problem+json is thrown here as it was thrown there, and waiting is done here. */
import { isReason, type Reason, Refused } from "../../schemas/refusal.ts";

/** A refusal that passes: the server is busy, or counts calls. */
class Busy extends Refused {
  /** Seconds after which the server says that it is worth trying again. */
  readonly after: number | undefined;
  constructor(refused: Refused, after: number | undefined) {
    super(refused.reason, refused.hint);
    this.after = after;
  }
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 4;
/** Longest time that is waited before one more attempt, in seconds: whoever is sent away for longer is told so. */
const PATIENCE = 30;

/** Throws `Refused`: as the server said; unreachable where it says nothing. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  const response = await fetch(url, { ...init, redirect: "error", signal }).catch(() => {
    init.signal?.throwIfAborted();
    throw new Refused(
      "unreachable",
      `${new URL(url).origin} does not answer; is the federation running? npm start`,
    );
  });
  if (!response.ok) throw await refusalOf(response);
  return response;
}

/** What to do next, where the other side does not say it. */
const NEXT: Partial<Record<Reason, string>> = {
  "no-agreement":
    "it takes one that both of you signed; GET /v1/agreements of the hub lists those in force",
  "purpose-denied":
    "ask under the purposeId of an agreement in force; GET /v1/agreements of the hub lists them",
  "agreement-suspended": "ask again once both parties have taken it up again",
  "agreement-revoked": "it takes a new one that both of you sign",
  expired: "is the clock of this machine right?",
  unreachable: "try again in a while",
};

async function refusalOf(response: Response): Promise<Refused> {
  const body = (await response.json().catch(() => ({}))) as { type?: unknown; detail?: unknown };
  const reason = typeof body.type === "string" ? (body.type.split(":").at(-1) ?? "") : "";
  const known = isReason(reason) ? reason : "internal";
  const refused = new Refused(
    known,
    (typeof body.detail === "string" ? body.detail : NEXT[known]) ?? {},
  );
  // a release that is overdue is not there in a minute either
  const passes =
    (response.status === 429 || response.status === 503) && reason !== "release-overdue";
  return passes ? new Busy(refused, secondsOf(response.headers.get("retry-after"))) : refused;
}

/** `Retry-After` in seconds: a number, or a date (RFC 9110, 10.2.3). */
function secondsOf(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/**
 * Does a call, and does it again where the server was busy: after as long as it says, else after ever longer random times, so that many clients do not
 * come back at once. `call` signs anew each time, since what was signed once is refused twice.
 */
export async function patiently<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Busy) || attempt === ATTEMPTS || (error.after ?? 0) > PATIENCE)
        throw error;
      await pause(
        error.after === undefined ? Math.random() * 2 ** attempt * 250 : error.after * 1000,
        signal,
      );
    }
  }
}

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
