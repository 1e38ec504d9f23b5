import { defaultRetries } from '../../../services/delivery.ts';
import type { RuleTarget } from '../../../services/eventbridge/index.ts';
import type { ScheduleInput } from '../../../services/scheduler/index.ts';
import { NotModelled } from '../../region.ts';
import { arn, type Kind } from '../kind.ts';
import type { PropertyReader } from '../properties.ts';
import { isObject } from '../template.ts';

export const orchestrationKinds: Readonly<Record<string, Kind>> = {
  'AWS::StepFunctions::StateMachine': {
    make: ({ region, properties, generatedName }) => {
      const type = properties.optionalText('StateMachineType') ?? 'STANDARD';
      if (type !== 'STANDARD') throw new NotModelled(`state machines of the type ${type}`);
      properties.without('Tags', 'TracingConfiguration', 'LoggingConfiguration', 'EncryptionConfiguration');
      const name = properties.optionalText('StateMachineName') ?? generatedName();
      const definition =
        properties.optionalText('DefinitionString') ?? JSON.stringify(properties.raw('Definition') ?? null);
      const machine = region.services.SFN.define({ name, definition, roleArn: properties.text('RoleArn') });
      return { id: machine, attributes: { Arn: machine, Name: name } };
    },
    changes: 'make again',
  },
  'AWS::Scheduler::ScheduleGroup': {
    make: ({ region, properties, generatedName }) => {
      properties.without('Tags');
      const name = properties.optionalText('Name') ?? generatedName();
      return { id: name, attributes: { Arn: arn(region, 'scheduler', `schedule-group/${name}`) } };
    },
    changes: 'no effect',
  },
  'AWS::Scheduler::Schedule': {
    make: ({ region, properties, generatedName }) => {
      const schedule = scheduleOf(properties, generatedName);
      return { id: schedule.Name, attributes: { Arn: region.services.Scheduler.define(schedule) } };
    },
    changes: 'when changed',
    remove: (region, { id }) => region.services.Scheduler.remove(id),
  },
  'AWS::Events::Rule': {
    make: ({ region, properties, generatedName }) => {
      properties.without('Description', 'Tags', 'RoleArn');
      const bus = properties.optionalText('EventBusName') ?? 'default';
      if (bus !== 'default') throw new NotModelled(`the event bus ${bus}: only the default one`);
      if (properties.raw('ScheduleExpression') !== undefined) {
        throw new NotModelled('ScheduleExpression of a rule: schedules belong to EventBridge Scheduler');
      }
      const pattern = properties.raw('EventPattern');
      if (!isObject(pattern)) throw new Error('A rule needs an EventPattern.');
      const name = properties.optionalText('Name') ?? generatedName();
      const rule = region.services.EventBridge.define({
        name,
        pattern,
        state: properties.optionalText('State') === 'DISABLED' ? 'DISABLED' : 'ENABLED',
        targets: properties.all('Targets').map(targetOf),
      });
      return { id: name, attributes: { Arn: rule } };
    },
    changes: 'when changed',
    remove: (region, { id }) => region.services.EventBridge.remove(id),
  },
};

function scheduleOf(properties: PropertyReader, generatedName: () => string): ScheduleInput {
  for (const unknown of ['StartDate', 'EndDate', 'KmsKeyArn']) {
    if (properties.raw(unknown) !== undefined) throw new NotModelled(`${unknown} of a schedule`);
  }
  const group = properties.optionalText('GroupName');
  const timezone = properties.optionalText('ScheduleExpressionTimezone');
  const description = properties.optionalText('Description');
  const window = properties.inside('FlexibleTimeWindow');
  const maximum = window.optionalNumber('MaximumWindowInMinutes');
  const target = properties.inside('Target');
  const retry = target.optionalInside('RetryPolicy');
  const attempts = retry?.optionalNumber('MaximumRetryAttempts');
  const age = retry?.optionalNumber('MaximumEventAgeInSeconds');
  const deadLetter = target.optionalInside('DeadLetterConfig')?.optionalText('Arn');
  const input = target.optionalText('Input');
  return {
    Name: properties.optionalText('Name') ?? generatedName().slice(0, 64),
    ...(group !== undefined && { GroupName: group }),
    ScheduleExpression: properties.text('ScheduleExpression'),
    ...(timezone !== undefined && { ScheduleExpressionTimezone: timezone }),
    ...(description !== undefined && { Description: description }),
    FlexibleTimeWindow: {
      Mode: window.text('Mode'),
      ...(maximum !== undefined && { MaximumWindowInMinutes: maximum }),
    },
    State: properties.optionalText('State') === 'DISABLED' ? 'DISABLED' : 'ENABLED',
    Target: {
      Arn: target.text('Arn'),
      RoleArn: target.text('RoleArn'),
      ...(input !== undefined && { Input: input }),
      RetryPolicy: {
        ...(attempts !== undefined && { MaximumRetryAttempts: attempts }),
        ...(age !== undefined && { MaximumEventAgeInSeconds: age }),
      },
      ...(deadLetter !== undefined && { DeadLetterConfig: { Arn: deadLetter } }),
    },
  };
}

function targetOf(properties: PropertyReader): RuleTarget {
  const retry = properties.optionalInside('RetryPolicy');
  const deadLetter = properties.optionalInside('DeadLetterConfig')?.optionalText('Arn');
  const input = properties.optionalText('Input');
  const role = properties.optionalText('RoleArn');
  return {
    id: properties.text('Id'),
    arn: properties.text('Arn'),
    retries: retry?.optionalNumber('MaximumRetryAttempts') ?? defaultRetries.retries,
    maximumAgeSeconds: retry?.optionalNumber('MaximumEventAgeInSeconds') ?? defaultRetries.maximumAgeSeconds,
    ...(input !== undefined && { input }),
    ...(role !== undefined && { role }),
    ...(deadLetter !== undefined && { deadLetter }),
  };
}
