/** Packages for tests alone that come without types. */
declare module "jsonstat-toolkit" {
  interface Dataset {
    readonly length: number;
    readonly role: Readonly<Record<string, readonly string[]>>;
    Data(at: Readonly<Record<string, string | undefined>>): {
      readonly value: number | null;
      readonly status: string;
    };
    Dimension(id: string): { Category(code: string): { readonly label: string } };
  }
  export default function JSONstat(read: object): Dataset;
}
declare module "jsonld" {
  interface Options {
    readonly documentLoader: (url: string) => Promise<never>;
    readonly format?: string;
  }
  const jsonld: {
    toRDF(document: object, options: Options): Promise<string>;
    expand(document: object, options: Options): Promise<readonly object[]>;
  };
  export default jsonld;
}
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";
  export class Provider {
    constructor(issuer: string, configuration: object);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    on(event: "grant.success", listener: (context: { readonly body: object }) => void): void;
  }
}
