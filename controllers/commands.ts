import type { CommandBody } from '../routes/body/command-body.js';
import type { ChargePointParams } from '../routes/query/charge-points-query.js';
import {
  commandsCursor,
  type CommandParams,
  type CommandsCursor,
  type CommandsQuery,
} from '../routes/query/commands-query.js';
import type { ExportQuery } from '../routes/query/export-query.js';
import type { Principal } from '../server/access/access.js';
import type { AuditOrigin } from '../store/audit/audit-entry.js';
import type { CommandFailure } from '../store/commands/command-state.js';
import { readChargePoint } from '../store/read/charge-point.js';
import { readCommand, readCommands, type CommandRow } from '../store/read/commands.js';
import { readConnection } from '../store/read/connections.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { ok, refused, type Answer } from './answer.js';
import type { CallJudge, CommandSender } from './command-sender.js';
import { answerList, type ListRequest } from './list.js';
import { COMMAND_COLUMNS, presentCommand } from './present-command.js';
import { problem, type Problem, type ProblemType } from './problem.js';
import type { RowStream } from './row-stream.js';
import { sitesOf } from './sites-of.js';

/** Answers and requests may be large each. */
const EXPORT_PAGE_ROWS = 50;

const PROBLEM_OF_FAILURE: Readonly<Record<CommandFailure, ProblemType>> = {
  not_connected: 'not-connected',
  connection_lost: 'no-answer',
  queue_full: 'too-many-commands',
  unknown_action: 'command-refused',
  invalid_payload: 'command-refused',
  answer_too_large: 'answer-too-large',
};

/** @param database the primary: a command must be seen as soon as it is there. */
export function commandsController(database: ReadDatabase, sender: CommandSender, judge: CallJudge) {
  return {
    send: async ({
      principal,
      origin,
      params,
      body,
    }: {
      principal: Principal;
      origin: AuditOrigin;
      params: ChargePointParams;
      body: CommandBody;
    }): Promise<Answer> => {
      const fault = await faultOf(
        database,
        judge,
        { chargePointId: params.id, sites: sitesOf(principal) },
        body,
      );
      if (fault !== null) return refused(fault);
      const { action, payload, timeoutMs } = body;
      const id = await sender.send({ chargePointId: params.id, action, payload, timeoutMs }, origin);
      if (id === null) return refused(tooMany('Too many commands are under way here.'));
      const command = await database.read((run) => readCommand(run, params.id, id));
      return command === undefined ? unknownCommand() : answerOf(command);
    },

    list: ({
      params,
      ...asked
    }: ListRequest<CommandsQuery> & { params: ChargePointParams }): Promise<Answer> =>
      commandsOf(database, params.id).list(asked),

    stream: ({
      params,
      ...asked
    }: ListRequest<ExportQuery<CommandsQuery>> & { params: ChargePointParams }): RowStream =>
      commandsOf(database, params.id).stream(asked),

    show: async ({ principal, params }: { principal: Principal; params: CommandParams }): Promise<Answer> => {
      const command = await database.read(async (run) =>
        (await isVisible(run, params.id, sitesOf(principal)))
          ? readCommand(run, params.id, params.commandId)
          : undefined,
      );
      return command === undefined ? unknownCommand() : ok(presentCommand(command));
    },
  };
}

function commandsOf(database: ReadDatabase, chargePointId: string) {
  return answerList<CommandsQuery, CommandRow, CommandsCursor>(database, {
    columns: COMMAND_COLUMNS,
    exportPageRows: EXPORT_PAGE_ROWS,
    read: async (run, _, { sites, after, limit }) => {
      if (!(await isVisible(run, chargePointId, sites))) return [];
      return readCommands(run, {
        chargePointId,
        after: after && { requestedAtUs: after[0], id: after[1] },
        limit,
      });
    },
    present: presentCommand,
    keyOf: ({ requestedAtUs, id }) => [requestedAtUs, id],
    cursorOf: commandsCursor,
  });
}

/** Who may see every site is told of commands to charge points, too, that the registry doesn't have. */
async function isVisible(
  run: Query,
  chargePointId: string,
  sites: readonly string[] | null,
): Promise<boolean> {
  return sites === null || (await readChargePoint(run, chargePointId, sites)) !== undefined;
}

/** Why a command need not be tried. */
async function faultOf(
  database: ReadDatabase,
  judge: CallJudge,
  { chargePointId, sites }: { readonly chargePointId: string; readonly sites: readonly string[] | null },
  { action, payload }: CommandBody,
): Promise<Problem | null> {
  const { connection, isKnown } = await database.read(async (run) => {
    const found = await readConnection(run, chargePointId, sites);
    return {
      connection: found,
      isKnown: found !== undefined || (await readChargePoint(run, chargePointId, sites)) !== undefined,
    };
  });
  if (!isKnown) return problem('not-found', 'There is no charge point with this id.');
  if (connection?.state !== 'connected') {
    return problem('not-connected', 'The charge point is not connected. Nothing was sent.');
  }
  const judged = judge(connection.protocol, action, payload);
  if (judged === undefined || judged?.ok === true) return null;
  if (judged === null) {
    return refusedCall('action', `${connection.protocol} has no calls to charge points`);
  }
  return refusedCall(judged.fault === 'unknown_action' ? 'action' : `payload${judged.path}`, judged.detail);
}

function answerOf(command: CommandRow): Answer {
  const { id, failure, failureDetail } = command;
  switch (command.state) {
    case 'answered':
    case 'error':
      return ok(presentCommand(command));
    case 'failed': {
      const type = PROBLEM_OF_FAILURE[failure ?? 'not_connected'];
      const detail = `Command ${id}: ${failureDetail ?? ''}.`;
      if (type === 'too-many-commands') return refused(tooMany(detail));
      if (type !== 'command-refused') return refused(problem(type, detail));
      return refused(refusedCall(failure === 'unknown_action' ? 'action' : 'payload', failureDetail ?? ''));
    }
    case 'expired':
      return refused(problem('no-answer', `Command ${id} was not sent in time, and never will be.`));
    case 'timed_out':
      return refused(
        problem('no-answer', `Command ${id} was sent, and not answered in time: it may have been done.`),
      );
    case 'queued':
    case 'sent':
      return refused(problem('no-answer', `Command ${id} is under way still, while this server stops.`));
  }
}

function refusedCall(parameter: string, message: string): Problem {
  return problem('command-refused', `${parameter}: ${message}`, { errors: [{ parameter, message }] });
}

function tooMany(detail: string): Problem {
  return problem('too-many-commands', detail, { headers: { 'Retry-After': '5' } });
}

function unknownCommand(): Answer {
  return refused(problem('not-found', 'There is no such command of this charge point.'));
}
