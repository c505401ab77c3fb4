// Starts a bundled function as Lambda does, from a file: under `node -e` there is a global `require`, and a bundle that lacks one passes.
// Arguments: the bundle, and the events as a JSON array; the replies go to standard output in the same form.
const [, , bundle, events] = process.argv;
const { handler } = await import(bundle);
const replies = [];
for (const event of JSON.parse(events)) replies.push(await handler(event));
process.stdout.write(JSON.stringify(replies), () => process.exit(0));
