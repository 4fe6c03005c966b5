-- compatible-from: 0010
-- A gateway may add charge points that wait for somebody to let them in, and change nothing else of the registry: with its
-- own rights it only reads it.

create function hold_charge_points(ids text[]) returns void language plpgsql security definer set search_path from current as $$
begin
  insert into charge_points (id, status)
  select id, 'held' from unnest(ids) as u (id) where not exists (select from charge_points c where c.id = u.id)
  order by id
  on conflict do nothing;
  -- At the commit it would be done with the rights of who calls.
  set constraints charge_point_to_feed immediate;
end
$$;
revoke execute on function hold_charge_points(text[]) from public;
