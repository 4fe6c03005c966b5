import type { chargePointsController } from '../controllers/charge-points.js';
import type { importController } from '../controllers/import-charge-points.js';
import { CSV_TYPE, MAX_FILE_BYTES, XLSX_TYPE } from '../controllers/read-charge-point-file.js';
import type { registryController } from '../controllers/registry.js';
import {
  chargePointBody,
  chargePointChange,
  newChargePointBody,
  registrableParams,
} from './body/charge-point-body.js';
import { chargePointParams, chargePointsQuery, importQuery } from './query/charge-points-query.js';
import { latestQuery } from './query/latest-query.js';
import { noParameters } from './query/no-parameters.js';
import { chargePoint, chargePointPage, imported } from './response/charge-point.js';
import { latestReadingPage } from './response/reading.js';
import { del, get, patch, post, put, upload, type Route } from './route.js';

export function chargePointsRoutes(
  controller: ReturnType<typeof chargePointsController>,
  registry: ReturnType<typeof registryController>,
  imports: ReturnType<typeof importController>,
): Route[] {
  return [
    get({
      path: '/v1/charge-points',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Charge points',
      description: 'Those that are not retired, in the order of their ids.',
      response: chargePointPage,
      examples: ['/v1/charge-points?limit=3', '/v1/charge-points?search=cp&status=active&include=connection'],
      query: chargePointsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    post({
      path: '/v1/charge-points',
      scope: 'registry:write',
      audience: 'sites',
      summary: 'Add a charge point',
      response: chargePoint,
      status: 201,
      problems: ['charge-point-exists'],
      examples: [
        { path: '/v1/charge-points', body: { id: 'CP-900', label: 'Gate 9', site: 'Depot' } },
        { path: '/v1/charge-points', body: { id: 'CP-901', status: 'held' } },
      ],
      body: newChargePointBody,
      answer: registry.create,
    }),
    upload({
      path: '/v1/charge-points/import',
      scope: 'registry:write',
      audience: 'sites',
      summary: 'Add and change the charge points of a file',
      description:
        'All rows or none: a row that can not be taken is told, with the others like it, and nothing is written. What a file does not say stays as it is; a new charge point is active then, and so is one that was retired.',
      response: imported,
      problems: ['invalid-rows', 'unreadable-file', 'too-many-imports'],
      examples: [
        {
          path: '/v1/charge-points/import?dryRun=true',
          body: 'id,label,site,status\r\nCP-902,"Gate 9, left",Depot,active\r\n',
        },
        { path: '/v1/charge-points/import', body: 'Site;ID\r\nDepot;CP-903\r\n' },
      ],
      query: importQuery,
      upload: {
        types: [CSV_TYPE, XLSX_TYPE],
        maxBytes: MAX_FILE_BYTES,
        description:
          'A CSV file (commas or semicolons, UTF-8), or a workbook, of which the first sheet is read: at most 16 MiB and 100,000 rows. The first row names the columns `id`, `label`, `site` and `status`, in any order and case; all but `id` may be left out.',
      },
      answer: imports.import,
    }),
    get({
      path: '/v1/charge-points/:id',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'One charge point',
      description: 'A retired one too. Its `ETag` is its version: what `If-Match` of a change is given.',
      response: chargePoint,
      examples: ['/v1/charge-points/CP-1'],
      params: chargePointParams,
      query: noParameters,
      answer: controller.show,
    }),
    put({
      path: '/v1/charge-points/:id',
      scope: 'registry:write',
      audience: 'sites',
      summary: 'Make a charge point what is given, whether there is one or not',
      description: 'All fields are demanded. Given the same again nothing changes, not the version either.',
      response: chargePoint,
      otherAnswers: { 201: chargePoint },
      examples: [
        { path: '/v1/charge-points/CP-900', body: { label: 'Gate 9a', site: 'Depot', status: 'active' } },
      ],
      params: registrableParams,
      body: chargePointBody,
      isConditional: true,
      answer: registry.replace,
    }),
    patch({
      path: '/v1/charge-points/:id',
      scope: 'registry:write',
      audience: 'sites',
      summary: 'Change some fields of a charge point',
      description:
        '`{"status": "active"}` approves one that is held, and brings a retired one back. What is left out stays as it is.',
      response: chargePoint,
      problems: ['charge-point-retired'],
      examples: [
        { path: '/v1/charge-points/CP-901', body: { status: 'active' } },
        { path: '/v1/charge-points/CP-900', body: { label: 'Gate 9b', site: '' } },
      ],
      params: chargePointParams,
      body: chargePointChange,
      isConditional: true,
      answer: registry.change,
    }),
    del({
      path: '/v1/charge-points/:id',
      scope: 'registry:write',
      audience: 'sites',
      summary: 'Retire a charge point',
      description:
        'It leaves the list; its readings stay, and so does its id. One that is retired already stays so: the answer is the same.',
      response: null,
      status: 204,
      examples: ['/v1/charge-points/CP-901'],
      params: chargePointParams,
      isConditional: true,
      answer: registry.retire,
    }),
    get({
      path: '/v1/charge-points/:id/latest',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'The newest reading of each series of a charge point',
      response: latestReadingPage,
      examples: ['/v1/charge-points/CP-1/latest'],
      params: chargePointParams,
      query: latestQuery,
      answer: controller.latest,
    }),
  ];
}
