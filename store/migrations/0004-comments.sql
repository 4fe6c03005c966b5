-- What psql's \d+ and docs/schema.md say of each table. Columns speak for themselves where nothing is said.

comment on table charge_points is 'The registry: who may send readings. An unknown charge point is met as UNKNOWN_CHARGE_POINTS says.';
comment on column charge_points.id is 'As it stands in the URL of the charge point, percent-decoded.';
comment on column charge_points.status is 'active: its readings are stored. held: they wait in quarantine. retired: no longer in use.';
comment on column charge_points.version is 'Raised by each change.';

comment on table series is 'One row for everything that identifies a stream of values save time and context.';
comment on column series.evse_id is '0: the protocol names none.';
comment on column series.connector_id is '0: the charge point as a whole.';
comment on column series.phase is 'Empty: no single phase.';
comment on column series.unit is 'The base unit that values were normalised to: Wh, W, ...; empty: none.';

comment on table contexts is 'Why a value was sampled (reading context). Numbers below 100 are fixed; others are named as they were sent.';

comment on table transactions is 'Charging sessions: those that were started here, and those that are only named by readings.';
comment on column transactions.external_id is 'As the charge point names it. OCPP 1.6: the number that StartTransaction was answered with, in decimal.';
comment on column transactions.start_received_at is 'When its StartTransaction came; null until one is stored.';
comment on column transactions.stop_received_at is 'When its StopTransaction came; null until one is stored.';
comment on column transactions.status is 'observed: only named by readings; active: started; ended: started and stopped; unmatched: stopped, and its start has not come.';

comment on table readings is 'The facts: one row a value, partitioned by UTC day. The key is the identity of a reading: the same one again changes nothing.';
comment on column readings.ts is 'When it was measured, as the charge point says.';
comment on column readings.value is 'In the base unit of its series.';
comment on column readings.received_at is 'When the gateway received it.';
comment on column readings.batch_id is 'The flush that stored it.';
comment on column readings.quality is 'Bits: 1 its time had no zone and was taken as UTC; 2 a number stood where OCPP demands a text.';

comment on table reading_conflicts is 'Values that lost against another one of the same key. Which one stands does not depend on what came first.';

comment on table latest_readings is 'The newest reading of each series by (ts, context), kept in the transaction that stores it.';

comment on table waiting_readings is 'Readings of a StopTransaction whose StartTransaction has not come: a StopTransaction names no connector.';

comment on table quarantine is 'What could not become a reading: the reason, where on the log it came from, and what was sent.';
comment on column quarantine.path is 'JSON pointer into the payload; empty: all of it.';
comment on column quarantine.reason is 'One of the reasons in docs/errors.md.';
comment on column quarantine.raw is 'The part itself, as a request of its own where the message could be read.';
comment on column quarantine.raw_kind is 'What raw is: frame, record, meterValues, startTransaction, stopTransaction or judged.';
comment on column quarantine.redriven_at is 'When it was last sent again.';
comment on column quarantine.resolved_at is 'When something good came of it; it is open until then.';

comment on table consumer_positions is 'How far each partition of the log is stored, who owns it, and what was counted on the way.';
comment on column consumer_positions.next_offset is 'Moves in the transaction of the rows; null until the first batch is stored.';
comment on column consumer_positions.counted_offset is 'Records below it were counted before: a replay of the log changes no counter.';
comment on column consumer_positions.owner_epoch is 'Raised when a worker is given the partition: an older owner can no longer write.';
comment on column consumer_positions.first_ts is 'Time of the oldest reading.';
comment on column consumer_positions.last_ts is 'Time of the newest reading.';

comment on table logs is 'Which log the positions belong to: the cluster id of Kafka, or the id of the inbox.';

comment on table inbox is 'The embedded message log: what was acknowledged, in the order of its positions.';
comment on table inbox_partitions is 'The partitions of the embedded log.';
comment on column inbox_partitions.next_position is 'The position that the next record gets.';
comment on column inbox_partitions.first_position is 'Records below it were trimmed.';
comment on table inbox_identity is 'Which inbox this is: positions stored for another one mean nothing here.';
comment on table inbox_members is 'Workers that share the partitions of the embedded log, while their heartbeat is fresh.';
comment on table inbox_leases is 'Which worker reads which partition of the embedded log.';
comment on column inbox_leases.term is 'Raised each time that a worker takes the partition.';

comment on table schema_migrations is 'The migrations that were applied, with the checksums of their files.';
