import type { Request } from 'express';
import type { RowStream } from '../../controllers/row-stream.js';
import { problem } from '../../controllers/problem.js';
import type { ApiResponse } from './api-response.js';
import type { ApiMetrics } from './metrics.js';
import { retryAfter } from './problem-of-error.js';
import { sendProblem } from './send-problem.js';
import { exportHeaders, streamRows, type ExportFormat, type ExportLimits } from './stream-rows.js';

/** The exports under way: so many at most that lists and everything else still get a connection to the database. */
export class RowExports {
  private underWay = 0;

  constructor(
    private readonly metrics: ApiMetrics,
    private readonly limits: ExportLimits,
  ) {}

  /** Answers with rows. Rejects with what went wrong; before the first byte that can still be told. */
  async answer(
    rows: RowStream,
    format: ExportFormat,
    request: Request,
    response: ApiResponse,
  ): Promise<void> {
    const { route } = response.locals;
    const name = route.slice(route.lastIndexOf('/') + 1);
    if (request.method === 'HEAD') {
      response.status(200).set(exportHeaders(name, format)).end();
      return;
    }
    const { maxExports } = this.limits;
    if (this.underWay >= maxExports) {
      const detail = `${maxExports} exports are under way, as many as this process has connections for. Try again later.`;
      sendProblem(request, response, problem('too-many-exports', detail, { headers: retryAfter() }));
      return;
    }
    this.underWay++;
    try {
      const exported = (response.locals.exported = { format, rows: 0 });
      const onRows = (count: number): void => {
        exported.rows += count;
        this.metrics.exportedRows.inc({ route, format }, count);
      };
      await streamRows({ rows, format, name, limits: this.limits, onRows }, response);
    } finally {
      this.underWay--;
    }
  }
}
