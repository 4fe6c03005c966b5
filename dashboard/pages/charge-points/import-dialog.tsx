import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../api/message-of.js';
import { ProblemError, type ProblemBody } from '../../api/problem-error.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Field } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { Table } from '../../components/table.js';
import { countText } from '../../format/figures.js';
import { IMPORT_ACCEPT, importChargePoints, importType, type ImportResult } from './import-charge-points.js';
import type { RegistryDialogProps } from './registry-dialog.js';
import './import-dialog.css';

/**
 * A list of charge points from a file: all of it, or, when a row is wrong, nothing, and every fault by its row. What would become
 * of it is told before anything is written.
 */
export function ImportDialog({ onClose, onChanged }: RegistryDialogProps) {
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [forecast, setForecast] = useState<ImportResult | null>(null);
  const [result, setResult] = useState<ImportResult | null>(null);
  const [closed] = useState(() => new AbortController());
  useEffect(() => () => closed.abort(), [closed]);
  const type = file === null ? null : importType(file.name);
  const rows = error instanceof ProblemError ? (error.problem.rowErrors ?? []) : [];
  const choose = (chosen: File | null): void => {
    setFile(chosen);
    setForecast(null);
    setError(undefined);
  };

  const submit = async (): Promise<void> => {
    if (file === null || type === null) return;
    const dryRun = forecast === null;
    setBusy(true);
    setError(undefined);
    try {
      const counts = await importChargePoints(file, { type, dryRun, signal: closed.signal });
      if (dryRun) setForecast(counts);
      else {
        setResult(counts);
        onChanged();
      }
    } catch (reason) {
      setForecast(null);
      setError(reason);
    } finally {
      setBusy(false);
    }
  };

  if (result !== null) {
    return (
      <Dialog
        title="Imported"
        onClose={onClose}
        actions={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <Counts result={result} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Import charge points"
      wide={rows.length > 0}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy} disabled={type === null}>
            {forecast === null ? 'Check' : 'Import'}
          </Button>
        </>
      }
    >
      <p>
        A CSV file or an Excel workbook with a column <code>id</code>, and <code>label</code>,{' '}
        <code>site</code> and <code>status</code> as far as they are to be set. Charge points that are there
        already are changed, others added.
      </p>
      <Field
        label="File"
        error={file !== null && type === null ? 'A file whose name ends in .csv or .xlsx, please' : undefined}
      >
        {(control) => (
          <input
            {...control}
            type="file"
            accept={IMPORT_ACCEPT}
            onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
          />
        )}
      </Field>
      {forecast === null ? null : (
        <>
          <p>Every row can be taken. It would be:</p>
          <Counts result={forecast} />
        </>
      )}
      {error === undefined ? null : <Notice tone="bad">{messageOf(error)}</Notice>}
      {rows.length === 0 ? null : <RowErrors rows={rows} />}
    </Dialog>
  );
}

function RowErrors({ rows }: { readonly rows: NonNullable<ProblemBody['rowErrors']> }) {
  return (
    <>
      <p>Correct these in the file, and choose it again:</p>
      <Table
        caption="Rows that could not be imported"
        rows={rows}
        rowKey={({ row, column, message }) => `${row} ${column} ${message}`}
        columns={[
          { key: 'row', title: 'Row', align: 'number', cell: ({ row }) => countText(row) },
          { key: 'column', title: 'Column', cell: ({ column }) => column },
          { key: 'message', title: 'What is wrong', cell: ({ message }) => message },
        ]}
      />
    </>
  );
}

function Counts({ result }: { readonly result: ImportResult }) {
  const counts = [
    ['added', result.created],
    ['changed', result.updated],
    ['restored', result.restored],
    ['unchanged', result.unchanged],
  ] as const;
  return (
    <dl class="import-counts">
      {counts.map(([what, count]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd>{countText(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
