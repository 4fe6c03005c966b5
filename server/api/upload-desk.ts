import type { Request } from 'express';
import { problem, type Problem } from '../../controllers/problem.js';
import type { Upload, UploadedFile } from '../../routes/route.js';
import { retryAfter } from './problem-of-error.js';
import { mediaTypeOf, readBody } from './read-body.js';

export type ReceivedFile =
  { readonly ok: true; readonly file: UploadedFile } | { readonly ok: false; readonly problem: Problem };

/** Files are held in memory as a whole, so one at a time: what comes meanwhile is told to come again. */
export class UploadDesk {
  private isTaken = false;

  /** `work` gets the file of a request, or what is wrong with it. Resolves with what it does. */
  async with<Result>(
    upload: Upload,
    request: Request,
    work: (received: ReceivedFile) => Promise<Result>,
  ): Promise<Result> {
    const type = mediaTypeOf(request);
    if (!upload.types.includes(type)) {
      const detail = `Send the file as it is, with Content-Type: ${upload.types.join(' or ')}.`;
      return work({ ok: false, problem: problem('unsupported-media-type', detail) });
    }
    if (this.isTaken) {
      const detail = 'Another file is being taken. Try again later.';
      return work({ ok: false, problem: problem('too-many-imports', detail, { headers: retryAfter() }) });
    }
    this.isTaken = true;
    try {
      const body = await readBody(request, upload.maxBytes);
      return await work(body.ok ? { ok: true, file: { type, bytes: body.bytes } } : body);
    } finally {
      this.isTaken = false;
    }
  }
}
