-- Partitions that were made before have what store/partitions.ts gives to new ones.
do $$
declare
  day_partition regclass;
begin
  for day_partition in select inhrelid::regclass from pg_inherits where inhparent = 'readings'::regclass loop
    execute format(
      'alter table %s set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0)', day_partition);
  end loop;
end
$$;
