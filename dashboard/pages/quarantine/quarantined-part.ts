/** Of `GET /v1/quarantine`. */
export interface QuarantinedPart {
  readonly id: number;
  readonly status: 'open' | 'resolved';
  readonly reason: string;
  readonly detail: string;
  readonly chargePointId: string | null;
  readonly protocol: string | null;
  readonly messageId: string | null;
  readonly path: string;
  readonly raw: string;
  readonly rawEncoding: 'utf8' | 'base64';
  readonly rawBytes: number;
  readonly truncated: boolean;
  readonly rawKind: string | null;
  readonly receivedAt: string;
  readonly redrivenAt: string | null;
  readonly resolvedAt: string | null;
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: number };
}

/** `invalid_value` -> `invalid value`. */
export function reasonName(reason: string): string {
  return reason.replaceAll('_', ' ');
}
