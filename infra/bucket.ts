/** A bucket that nobody outside can reach, with a key of its own: who may not use the key reads nothing, whatever the bucket says. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

interface BucketOptions {
  /** Keep what is overwritten or deleted? Never where deleting must be final. */
  readonly versioned: boolean;
  /** Prefixes whose objects go by themselves. */
  readonly expire?: Readonly<Record<string, Duration>>;
}

/** Prefixes of objects, ending in `/`. */
interface BucketRights {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly delete?: readonly string[];
}

export class SealedBucket extends Construct {
  readonly #bucket: Bucket;
  readonly #key: Key;

  constructor(scope: Construct, id: string, { versioned, expire = {} }: BucketOptions) {
    super(scope, id);
    this.#key = new Key(this, "Key", {
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      description: `objects of ${id}`,
    });
    this.#bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.#key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...Object.entries(expire).map(([prefix, expiration]) => ({ prefix, expiration })),
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  get name(): string {
    return this.#bucket.bucketName;
  }

  grant(role: IRole, { read = [], write = [], delete: remove = [] }: BucketRights): void {
    const allow = (action: string, prefixes: readonly string[]) => {
      const resources = prefixes.map((prefix) => this.#bucket.arnForObjects(`${prefix}*`));
      if (resources.length > 0)
        role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources }));
    };
    allow("s3:GetObject", read);
    allow("s3:PutObject", write);
    allow("s3:DeleteObject", remove);
    // without it S3 says "forbidden" and not "not found" of an object that is not there; names of objects are digests and datasets
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [this.#bucket.bucketArn] }),
    );
    const actions = write.length > 0 ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"];
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.#key.keyArn] }));
  }

  /** Denied whatever else is ever granted. */
  forbid(role: IRole): void {
    const objects = [this.#bucket.bucketArn, this.#bucket.arnForObjects("*")];
    role.addToPrincipalPolicy(
      new PolicyStatement({ effect: Effect.DENY, actions: ["s3:*"], resources: objects }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ["kms:*"],
        resources: [this.#key.keyArn],
      }),
    );
  }
}
