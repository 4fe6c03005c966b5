import { z } from 'zod';
import { PROTOCOL_NAMES } from '../../protocol/envelope.js';
import { CONNECTION_STATES } from '../../store/read/connections.js';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

const protocol = z.enum(PROTOCOL_NAMES);

export const connection = z
  .object({
    chargePointId: z.string().min(1).max(255),
    state: z
      .enum(CONNECTION_STATES)
      .describe('`lost`: its gateway process fell silent without saying that the connection ended.'),
    protocol,
    connectedAt: instant,
    lastMessageAt: instant.nullable().describe('Of any connection so far; exact to a minute.'),
    disconnectedAt: instant.nullable(),
    closeReason: z.string().nullable().describe('Why the gateway saw it end; null while it is open.'),
    remoteAddress: z.string().describe('Of the charge point, or of what stands before the gateway.'),
    gateway: z
      .object({ id: z.uuid().describe('New with every start.'), host: z.string(), pid: z.int() })
      .describe('The process that has the socket, or had it.'),
    vendor: z.string().describe('As it said when it last booted; empty: it has not said.'),
    model: z.string(),
    serialNumber: z.string(),
    firmwareVersion: z.string(),
    bootedAt: instant.nullable(),
    outstandingCommand: z.uuid().nullable().describe('Id of the command whose answer is waited for.'),
  })
  .meta({
    id: 'Connection',
    description: 'The newest connection of a charge point.',
    examples: [
      {
        chargePointId: 'CP-1',
        state: 'connected',
        protocol: 'ocpp1.6',
        connectedAt: '2026-03-10T06:00:00.000Z',
        lastMessageAt: '2026-03-10T09:00:12.410Z',
        disconnectedAt: null,
        closeReason: null,
        remoteAddress: '10.4.0.17',
        gateway: { id: '0b9f8f0e-6d5c-4d0a-9f57-2f1f3f3a1c11', host: 'meterpulse-gateway-0', pid: 31 },
        vendor: 'Acme',
        model: 'AC 22',
        serialNumber: 'A-000417',
        firmwareVersion: '1.4.2',
        bootedAt: '2026-03-10T06:00:00.210Z',
        outstandingCommand: null,
      },
    ],
  });

export const connectionPage = pageOf('ConnectionPage', connection);

const counts = {
  connected: z.int().nonnegative(),
  disconnected: z.int().nonnegative(),
  lost: z.int().nonnegative(),
};

export const connectionSummary = z
  .object({
    ...counts,
    byProtocol: z.array(z.object({ protocol, ...counts })),
    byModel: z
      .array(z.object({ vendor: z.string(), model: z.string(), ...counts }))
      .describe('The 100 most frequent models.'),
    gateways: z
      .array(
        z.object({
          id: z.uuid(),
          host: z.string(),
          pid: z.int(),
          isAlive: z.boolean().describe('Whether it was heard of in the last 20 seconds.'),
          connected: z.int().nonnegative().describe('Charge points whose newest connection it has open.'),
          startedAt: instant,
          seenAt: instant,
        }),
      )
      .describe('Gateway processes that run, or fell silent within the last ten minutes.'),
  })
  .meta({
    id: 'ConnectionSummary',
    description: 'How many charge points are connected.',
    examples: [
      {
        connected: 2,
        disconnected: 1,
        lost: 0,
        byProtocol: [{ protocol: 'ocpp1.6', connected: 2, disconnected: 1, lost: 0 }],
        byModel: [{ vendor: 'Acme', model: 'AC 22', connected: 2, disconnected: 1, lost: 0 }],
        gateways: [
          {
            id: '0b9f8f0e-6d5c-4d0a-9f57-2f1f3f3a1c11',
            host: 'meterpulse-gateway-0',
            pid: 31,
            isAlive: true,
            connected: 2,
            startedAt: '2026-03-10T05:58:00.000Z',
            seenAt: '2026-03-10T09:00:14.000Z',
          },
        ],
      },
    ],
  });
