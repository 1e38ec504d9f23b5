import type { Region } from '../world/region.ts';
import { type Backup, createBackup } from './backup/index.ts';
import { type CloudWatch, createCloudWatch } from './cloudwatch/index.ts';
import { createDynamoDB, type DynamoDB } from './dynamodb/index.ts';
import { createEC2, type EC2 } from './ec2/index.ts';
import { createEFS, type EFS } from './efs/index.ts';
import { createEventBridge, type EventBridge } from './eventbridge/index.ts';
import { createIAM, type IAM } from './iam/index.ts';
import { createKMS, type KMS } from './kms/index.ts';
import { createLambda, type LambdaService } from './lambda/index.ts';
import { createRDS, type RDS } from './rds/index.ts';
import { createS3, type S3 } from './s3/index.ts';
import { createScheduler, type Scheduler } from './scheduler/index.ts';
import { createSFN, type SFN } from './sfn/index.ts';
import { createSNS, type SNS } from './sns/index.ts';
import { createSQS, type SQS } from './sqs/index.ts';
import { createTagging, type Tagging } from './tagging/index.ts';

/** Every service that the simulated account models, under its name in the JavaScript SDK (the client's, less "Client"). */
export interface Services {
  readonly Backup: Backup;
  readonly CloudWatch: CloudWatch;
  readonly DynamoDB: DynamoDB;
  readonly EC2: EC2;
  readonly EFS: EFS;
  readonly EventBridge: EventBridge;
  readonly IAM: IAM;
  readonly KMS: KMS;
  readonly Lambda: LambdaService;
  readonly RDS: RDS;
  readonly ResourceGroupsTaggingAPI: Tagging;
  readonly S3: S3;
  readonly Scheduler: Scheduler;
  readonly SFN: SFN;
  readonly SNS: SNS;
  readonly SQS: SQS;
}

/** Starts every service in a Region. None of them may call another before all exist. */
export function startServices(region: Region): Services {
  return {
    Backup: createBackup(region),
    CloudWatch: createCloudWatch(region),
    DynamoDB: createDynamoDB(region),
    EC2: createEC2(region),
    EFS: createEFS(region),
    EventBridge: createEventBridge(region),
    IAM: createIAM(region),
    KMS: createKMS(region),
    Lambda: createLambda(region),
    RDS: createRDS(region),
    ResourceGroupsTaggingAPI: createTagging(region),
    S3: createS3(region),
    Scheduler: createScheduler(region),
    SFN: createSFN(region),
    SNS: createSNS(region),
    SQS: createSQS(region),
  };
}
