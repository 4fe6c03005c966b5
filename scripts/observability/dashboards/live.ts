import { PODS, PROCESS_ROW, quantiles, rateBy, type DashboardSpec } from './dashboard-spec.js';

export const LIVE: DashboardSpec = {
  name: 'live',
  title: 'Live',
  description: 'What subscribers of the live feed meet.',
  role: 'live',
  rows: [
    {
      title: 'Subscribers',
      panels: [
        {
          title: 'Open sockets',
          description: 'Sockets that are open now, by pod.',
          unit: 'short',
          queries: [{ expr: `sum by (pod) (meterpulse_live_connections{${PODS}})`, legend: '{{pod}}' }],
          isStacked: true,
        },
        {
          title: 'Subscriptions and channels',
          description: 'Subscriptions that are told the same are one channel.',
          unit: 'short',
          queries: [
            { expr: `sum(meterpulse_live_subscriptions{${PODS}})`, legend: 'subscriptions' },
            { expr: `sum(meterpulse_live_channels{${PODS}})`, legend: 'channels' },
          ],
        },
        {
          title: 'New connections',
          description: 'Requests for a connection by how they were answered.',
          unit: 'ops',
          queries: [{ expr: rateBy('outcome', 'meterpulse_live_connections_total'), legend: '{{outcome}}' }],
          alerts: ['LiveRefuses'],
        },
        {
          title: 'Sockets that ended',
          description: 'Closed by either side, by why.',
          unit: 'ops',
          queries: [{ expr: rateBy('reason', 'meterpulse_live_closed_total'), legend: '{{reason}}' }],
        },
      ],
    },
    {
      title: 'Delivery',
      panels: [
        {
          title: 'Time to a subscriber',
          description: 'From the commit of a change until it was sent.',
          unit: 's',
          queries: quantiles('meterpulse_feed_delivery_seconds'),
          red: 5,
          alerts: ['LiveDeliverySlow'],
        },
        {
          title: 'Messages and frames',
          description: 'Sent, each once for every subscriber; a frame is encoded once for all of a channel.',
          unit: 'ops',
          queries: [
            { expr: rateBy('namespace', 'meterpulse_live_messages_total'), legend: 'messages' },
            { expr: rateBy('namespace', 'meterpulse_live_frames_total'), legend: 'frames' },
          ],
        },
        {
          title: 'Too slow, or void',
          description:
            'Subscribers told the newest of each series alone, and those told to begin anew, by why.',
          unit: 'ops',
          queries: [
            { expr: rateBy('namespace', 'meterpulse_live_lagging_total'), legend: 'too slow' },
            { expr: rateBy('reason', 'meterpulse_live_resyncs_total'), legend: '{{reason}}' },
          ],
          alerts: ['LiveSubscribersLag', 'FeedTooShort'],
        },
        {
          title: 'Brought up to date',
          description: 'From a snapshot, from memory, or from the table.',
          unit: 'ops',
          queries: [{ expr: rateBy('source', 'meterpulse_live_catch_ups_total'), legend: '{{source}}' }],
        },
        {
          title: 'Memory',
          description: 'Of recent changes, and sent and not yet taken by the network.',
          unit: 'bytes',
          queries: [
            { expr: `sum(meterpulse_live_recent_bytes{${PODS}})`, legend: 'recent changes' },
            { expr: `sum(meterpulse_live_buffered_bytes{${PODS}})`, legend: 'not taken yet' },
          ],
        },
      ],
    },
    PROCESS_ROW,
  ],
};
