import type { Resources } from './stack.ts';
import { arnOf as arn, trusts } from './trust.ts';

/** What EventBridge Scheduler may start. */
export function scheduleRole(): Resources[string] {
  return {
    Type: 'AWS::IAM::Role',
    Metadata: {
      Lifeboat: {
        For: 'the schedules',
        Rights: {
          StartsFleets: 'a tier is backed up and drilled by its schedules',
          StartsTheWatch: 'the watch and what runs each hour and day',
          KeepsWhatCouldNotBeStarted: 'an alarm looks at that queue',
        },
      },
    },
    Properties: {
      RoleName: { 'Fn::Sub': 'lifeboat-schedule-${AWS::Region}' },
      Description: 'What EventBridge Scheduler may start.',
      // Scheduler names itself by the group of the schedule; ours are in the default one.
      AssumeRolePolicyDocument: trusts('scheduler', arn('scheduler', 'schedule-group/default')),
      Policies: [
        {
          PolicyName: 'work',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'StartsFleets',
                Effect: 'Allow',
                Action: 'states:StartExecution',
                Resource: arn('states', 'stateMachine:lifeboat-fleet'),
              },
              {
                Sid: 'StartsTheWatch',
                Effect: 'Allow',
                Action: 'lambda:InvokeFunction',
                Resource: [
                  arn('lambda', 'function:lifeboat-watch'),
                  arn('lambda', 'function:lifeboat-check'),
                  arn('lambda', 'function:lifeboat-reconcile'),
                  arn('lambda', 'function:lifeboat-sweep'),
                  arn('lambda', 'function:lifeboat-keep'),
                  arn('lambda', 'function:lifeboat-report'),
                  arn('lambda', 'function:lifeboat-report-seal'),
                  arn('lambda', 'function:lifeboat-all-well'),
                ],
              },
              {
                Sid: 'KeepsWhatCouldNotBeStarted',
                Effect: 'Allow',
                Action: 'sqs:SendMessage',
                Resource: { 'Fn::GetAtt': ['ScheduleDeadLetters', 'Arn'] },
              },
            ],
          },
        },
      ],
    },
  };
}
