/** A template's IAM policies, judged as IAM does: a request is allowed where a statement allows it and none denies it. */
interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
export interface TemplateJson {
  readonly Resources: Readonly<Record<string, Resource>>;
}
export interface Request {
  readonly action: string;
  /** As `plain` writes it: `<LogicalId.Arn>/path`. */
  readonly on: string;
  /** Condition keys of the request: one that is not here is absent. */
  readonly with?: Readonly<Record<string, readonly string[]>>;
}

/** Intrinsic functions as text: references in angle brackets, joins joined. */
export function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const node = value as Record<string, unknown>;
  if ("Ref" in node) return `<${node.Ref}>`;
  if ("Fn::GetAtt" in node) return `<${(node["Fn::GetAtt"] as string[]).join(".")}>`;
  if ("Fn::Join" in node) {
    const [separator, parts] = node["Fn::Join"] as [string, unknown[]];
    return parts.map(plain).join(separator);
  }
  throw new Error(`cannot read ${JSON.stringify(value)}`);
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const like = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "i",
  ).test(text);
const anyLike = (patterns: unknown, text: string) =>
  list(patterns).some((pattern) => like(plain(pattern), text));

/** Only the operators that these stacks use; another one is an error, so that none is overlooked. */
function holds(condition: Statement["Condition"], given: NonNullable<Request["with"]>): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const values = given[key] ?? [];
      if (operator === "Null") return (values.length === 0) === (wanted === "true");
      if (operator === "ForAllValues:StringLike")
        return values.every((value) => anyLike(wanted, value));
      if (operator === "ForAnyValue:StringLike")
        return values.some((value) => anyLike(wanted, value));
      if (operator === "StringLike") return values.length === 1 && anyLike(wanted, values[0]!);
      if (operator === "StringNotEquals") return !list(wanted).map(plain).includes(values[0]!);
      throw new Error(`the condition ${operator} is not known here`);
    }),
  );
}

export const ofType = (
  template: TemplateJson,
  type: string,
): [string, NonNullable<Resource["Properties"]>][] =>
  Object.entries(template.Resources).flatMap(([id, resource]) =>
    resource.Type === type ? [[id, resource.Properties ?? {}]] : [],
  );

/** The logical id of the resource whose path in the stack begins with `prefix`. */
export function idOf(template: TemplateJson, type: string, prefix: string): string {
  const found = ofType(template, type).filter(([id]) => id.startsWith(prefix));
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} begin with ${prefix}`);
  return found[0]![0];
}

export function statementsOf(template: TemplateJson, role: string): Statement[] {
  return ofType(template, "AWS::IAM::Policy").flatMap(([, { Roles, PolicyDocument }]) =>
    list(Roles).some((ref) => plain(ref) === `<${role}>`)
      ? [...(PolicyDocument as { Statement: Statement[] }).Statement]
      : [],
  );
}

export function may(template: TemplateJson, role: string, request: Request): boolean {
  const applying = statementsOf(template, role).filter(
    ({ Action, Resource, Condition }) =>
      anyLike(Action, request.action) &&
      anyLike(Resource, request.on) &&
      holds(Condition, request.with ?? {}),
  );
  return (
    applying.some(({ Effect }) => Effect === "Allow") &&
    !applying.some(({ Effect }) => Effect === "Deny")
  );
}
