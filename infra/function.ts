/** One Lambda function: a file of adapters/aws/lambda, a role that can do nothing yet, a log group that forgets. */
import { Duration, RemovalPolicy, Size } from "aws-cdk-lib";
import { type IRole, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type ILayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import {
  type ICommandHooks,
  LogLevel,
  NodejsFunction,
  OutputFormat,
} from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import {
  entryOf,
  externalsOf,
  lockFile,
  MAIN_FIELDS,
  pageBuild,
  root,
  TARGET,
} from "./bundling.ts";

interface FunctionOptions {
  readonly environment?: Record<string, string>;
  readonly role?: IRole;
  readonly memory?: number;
  readonly timeout?: Duration;
  /** Heavy work: an engine, and room on disk for its files. */
  readonly engine?: ILayerVersion;
  /** It serves the page: the built files go along with the code. */
  readonly page?: boolean;
}

/** `without` any right but to be a function: what it may touch is granted where the table, bucket and key are made. */
export const roleOf = (scope: Construct, id: string): Role =>
  new Role(scope, id, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });

/** Runs where the bundle is made, with the Node that makes it. */
const pageBeside: ICommandHooks = {
  beforeInstall: () => [],
  beforeBundling: () => [],
  afterBundling: (_, into) => [`"${process.execPath}" "${pageBuild}" "${into}/page"`],
};

export function functionOf(
  scope: Construct,
  folder: string,
  options: FunctionOptions = {},
): NodejsFunction {
  const name = folder.charAt(0).toUpperCase() + folder.slice(1);
  const role = options.role ?? roleOf(scope, `${name}Role`);
  const logGroup = new LogGroup(scope, `${name}Log`, {
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(role);
  return new NodejsFunction(scope, name, {
    entry: entryOf(folder),
    projectRoot: root,
    depsLockFilePath: lockFile,
    description: `adapters/aws/lambda/${folder}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: options.memory ?? 512,
    timeout: options.timeout ?? Duration.seconds(15),
    environment: options.environment ?? {},
    awsSdkConnectionReuse: false,
    role,
    logGroup,
    ...(options.engine
      ? { layers: [options.engine], ephemeralStorageSize: Size.gibibytes(4) }
      : {}),
    bundling: {
      format: OutputFormat.ESM,
      mainFields: MAIN_FIELDS,
      target: TARGET,
      externalModules: externalsOf(folder),
      minify: true,
      logLevel: LogLevel.WARNING,
      ...(options.page ? { commandHooks: pageBeside } : {}),
    },
  });
}
