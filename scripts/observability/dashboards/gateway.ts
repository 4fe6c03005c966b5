import { PODS, PROCESS_ROW, quantiles, rateBy, type DashboardSpec } from './dashboard-spec.js';

export const GATEWAY: DashboardSpec = {
  name: 'gateway',
  title: 'Gateway',
  description: 'What charge points meet: connections, messages, answers, overload.',
  role: 'gateway',
  rows: [
    {
      title: 'Connections',
      panels: [
        {
          title: 'Open sockets',
          description: 'Sockets that are open now, by pod.',
          unit: 'short',
          queries: [{ expr: `sum by (pod) (meterpulse_gateway_connections{${PODS}})`, legend: '{{pod}}' }],
          isStacked: true,
        },
        {
          title: 'Fullest and emptiest process',
          description: 'Sockets of the process that has the most, and of the one that has the fewest.',
          unit: 'short',
          queries: [
            { expr: `max(meterpulse_gateway_connections_most{${PODS}})`, legend: 'most' },
            { expr: `min(meterpulse_gateway_connections_least{${PODS}})`, legend: 'fewest' },
          ],
        },
        {
          title: 'New connections',
          description: 'Requests for a connection by how they were answered.',
          unit: 'ops',
          queries: [
            { expr: rateBy('outcome', 'meterpulse_gateway_connections_total'), legend: '{{outcome}}' },
          ],
          alerts: ['GatewayRefuses'],
        },
        {
          title: 'Sockets that ended',
          description: 'Closed by either side, by why.',
          unit: 'ops',
          queries: [{ expr: rateBy('reason', 'meterpulse_gateway_closed_total'), legend: '{{reason}}' }],
        },
      ],
    },
    {
      title: 'Messages',
      panels: [
        {
          title: 'Messages',
          description: 'By protocol and what became of them.',
          unit: 'ops',
          queries: [
            {
              expr: rateBy('protocol, outcome', 'meterpulse_gateway_messages_total'),
              legend: '{{protocol}} {{outcome}}',
            },
          ],
          alerts: ['InvalidMessages'],
        },
        {
          title: 'Time to an acknowledgement',
          description: 'From a complete frame to its answer, for those that were written to the log.',
          unit: 's',
          queries: quantiles('meterpulse_gateway_ack_seconds'),
          red: 1,
          alerts: ['AcknowledgementsSlow'],
        },
        {
          title: 'In flight',
          description: 'Bytes of frames that are received and not answered yet, by pod.',
          unit: 'bytes',
          queries: [
            { expr: `sum by (pod) (meterpulse_gateway_in_flight_bytes{${PODS}})`, legend: '{{pod}}' },
          ],
        },
        {
          title: 'Waiting for the log',
          description: 'Frames whose answer waits, and writes under way.',
          unit: 'short',
          queries: [
            { expr: `sum(meterpulse_gateway_unanswered_frames{${PODS}})`, legend: 'frames' },
            { expr: `sum(meterpulse_gateway_sends_under_way{${PODS}})`, legend: 'writes' },
          ],
        },
        {
          title: 'Leniencies',
          description: 'Messages that err against OCPP and are understood all the same, by how.',
          unit: 'ops',
          queries: [
            { expr: rateBy('leniency', 'meterpulse_gateway_leniencies_total'), legend: '{{leniency}}' },
          ],
        },
      ],
    },
    {
      title: 'Overload and limits',
      panels: [
        {
          title: 'Level of overload',
          description:
            'Of the busiest process of each pod: from 3 on connections are refused, from 4 on messages.',
          unit: 'short',
          queries: [{ expr: `max by (pod) (meterpulse_gateway_overload_level{${PODS}})`, legend: '{{pod}}' }],
          red: 3,
          alerts: ['GatewaySheds', 'GatewayRefuses'],
        },
        {
          title: 'What overload did',
          description: 'What the gateway did to keep within its means, by action.',
          unit: 'ops',
          queries: [{ expr: rateBy('action', 'meterpulse_gateway_shed_total'), legend: '{{action}}' }],
          alerts: ['GatewaySheds'],
        },
        {
          title: 'Limits met',
          description: 'Clients that met a limit of their own.',
          unit: 'ops',
          queries: [{ expr: rateBy('limit', 'meterpulse_gateway_limited_total'), legend: '{{limit}}' }],
        },
        {
          title: 'Sockets not read',
          description: 'At the moment, by pod.',
          unit: 'short',
          queries: [{ expr: `sum by (pod) (meterpulse_gateway_paused_sockets{${PODS}})`, legend: '{{pod}}' }],
        },
      ],
    },
    {
      title: 'Processes of a gateway, connections and commands in the database',
      panels: [
        {
          title: 'Processes',
          description: 'That accept connections, and those started again after they had ended by themselves.',
          unit: 'short',
          queries: [
            { expr: `sum by (pod) (meterpulse_gateway_processes{${PODS}})`, legend: '{{pod}}' },
            {
              expr: `sum by (pod) (increase(meterpulse_gateway_restarts_total{${PODS}}[$__rate_interval]))`,
              legend: '{{pod}} restarts',
            },
          ],
          alerts: ['GatewayProcessesRestart'],
        },
        {
          title: 'States of connections',
          description: 'Told to the database by what became of them, and how many wait.',
          unit: 'ops',
          queries: [
            { expr: rateBy('outcome', 'meterpulse_gateway_connection_writes_total'), legend: '{{outcome}}' },
            { expr: `sum(meterpulse_gateway_connection_backlog{${PODS}})`, legend: 'waiting' },
          ],
          alerts: ['ConnectionStatesDropped'],
        },
        {
          title: 'Commands',
          description: 'To charge points, by their end; and answers to none that is outstanding.',
          unit: 'ops',
          queries: [
            { expr: rateBy('state', 'meterpulse_gateway_commands_total'), legend: '{{state}}' },
            {
              expr: rateBy('kind', 'meterpulse_gateway_unmatched_replies_total'),
              legend: 'unmatched: {{kind}}',
            },
          ],
          alerts: ['CommandEndsDropped'],
        },
        {
          title: 'Ends of commands that wait',
          description: 'That the database has not taken yet, and that were given up.',
          unit: 'short',
          queries: [
            { expr: `sum(meterpulse_gateway_command_backlog{${PODS}})`, legend: 'waiting' },
            {
              expr: `sum(increase(meterpulse_gateway_command_ends_dropped_total{${PODS}}[$__rate_interval]))`,
              legend: 'dropped',
            },
          ],
          alerts: ['CommandEndsDropped'],
        },
      ],
    },
    PROCESS_ROW,
  ],
};
