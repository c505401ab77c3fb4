/** On AWS: started by the owner's interface, by whom the deployment lets, and by a schedule. */
import { job } from "../../../functions/edge/job.ts";
import { ConsentEventIn, carryOut, type Outcome } from "../../../functions/keep/consent/handler.ts";
import { consent } from "../keep.ts";

export const handler = job<ConsentEventIn, Outcome>(ConsentEventIn, async (event, scratch) =>
  carryOut(await consent(process.env, scratch), event),
);
