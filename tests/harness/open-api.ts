import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Judges bodies as a client would that was generated from the document. */
export class OpenApiJudge {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(document: Readonly<Record<string, unknown>>) {
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, 'document');
  }

  /** What is wrong with the body of an answer; '' when nothing is. `path` as the document has it: `/v1/x/{id}`. */
  faultsOfAnswer(path: string, method: string, status: number, body: unknown): string {
    return this.faults(
      `/paths/${escape(path)}/${method}/responses/${status}/content/application~1json/schema`,
      body,
    );
  }

  faultsOfBody(path: string, method: string, body: unknown): string {
    return this.faults(`/paths/${escape(path)}/${method}/requestBody/content/application~1json/schema`, body);
  }

  faultsOf(schema: string, value: unknown): string {
    return this.faults(`/components/schemas/${schema}`, value);
  }

  private faults(pointer: string, value: unknown): string {
    const validate: ValidateFunction = this.ajv.compile({ $ref: `document#${encodeURI(pointer)}` });
    return validate(value) ? '' : this.ajv.errorsText(validate.errors);
  }
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
