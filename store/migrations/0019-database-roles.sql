-- compatible-from: 0010
-- Whoever stores readings needs no right to make tables: this function makes the one that they need. The roles themselves are made by
-- `meterpulse migrate --roles`, since they are of the whole server. See docs/database-roles.md.

-- Makes the partition of a UTC day. false: it is there. CREATE TABLE .. LIKE and ATTACH take no lock that a flush conflicts with. What
-- is set of it is told in store/partitions.ts.
create function make_reading_day(day date) returns boolean language plpgsql security definer as $$
declare
  name text := 'readings_' || to_char(day, 'YYYYMMDD');
begin
  if day < '1900-01-01' or day > '2999-12-31' then
    raise exception 'there are no readings of such a day: %', day using errcode = 'invalid_parameter_value';
  end if;
  if exists (select from pg_inherits where inhrelid = to_regclass(name) and inhparent = 'readings'::regclass) then
    return false;
  end if;
  execute format('create table %I (like readings including all) with
    (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0)', name);
  execute format('alter table readings attach partition %I for values from (%L) to (%L)',
    name, day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
  return true;
end
$$;
do $$
begin
  execute format('alter function make_reading_day(date) set search_path = %I, pg_temp', current_schema());
end
$$;
revoke execute on function make_reading_day(date) from public;
