-- compatible-from: 0010
-- Which code may be used on the schema: an upgrade runs old and new processes side by side. See docs/upgrade.md.

-- null: nothing older than the migration itself, as for all before this one.
alter table schema_migrations add column compatible_from integer check (compatible_from <= version);

comment on column schema_migrations.compatible_from is 'Code whose newest migration is this version, or a later one, may be used on the schema; null: code that knows this migration.';
