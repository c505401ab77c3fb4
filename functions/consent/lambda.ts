/** On AWS: started by the owner's interface, by whom the deployment lets, and by a schedule. */
import { job } from "../shared/live/job.ts";
import { consent } from "../shared/live/keep.ts";
import { ConsentEventIn, edge, type Outcome } from "./handler.ts";

export const handler = job<ConsentEventIn, Outcome>(ConsentEventIn, async (event, scratch) =>
  edge(await consent(process.env, scratch))(event),
);
