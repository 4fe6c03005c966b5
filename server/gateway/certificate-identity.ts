import type { Socket } from 'node:net';
import { shownCertificate } from '../tls/certificate-names.js';
import type { DeviceIdentity } from './device-identity.js';

/** Who a charge point is by the certificate of its socket (OCPP security profile 3); a password is not asked for. */
export class CertificateIdentity implements DeviceIdentity {
  readonly challenge = null;

  constructor(private readonly socket: Socket) {}

  /** To the letter: another case, or another form of the same letters, is another charge point. */
  isItself(chargePointId: string): boolean {
    return shownCertificate(this.socket)?.names.includes(chargePointId) ?? false;
  }
}
