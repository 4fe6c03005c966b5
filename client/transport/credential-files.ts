import { z } from 'zod';

const file = z.string().min(1, 'the name of a file').optional();

/** Names of files with what a client shows at the door, and by what it knows the server: fields of the options of a command. */
export const credentialFilesShape = {
  /** Has an access key or a token in one line, and below it the secret of a key that signs: for `/ingest`. */
  keyFile: file,
  /** Has an id and its password a line, between them a tab, as `meterpulse credentials charge-point create` prints them. */
  passwordsFile: file,
  /** Has the certificates, in PEM, of the authorities that are trusted in place of those that Node knows. */
  caFile: file,
  /** Has the client's own certificate with its chain, and another file its key, in PEM. Both or none. */
  certificateFile: file,
  certificateKeyFile: file,
};

/** In place of one certificate for all, for clients that are many charge points. */
export const ownCertificatesShape = {
  /** Has `ID.crt`, the certificate with its chain, and `ID.key` of each charge point, in PEM; its id as in a URL. */
  certificatesDirectory: z.string().min(1, 'the name of a directory').optional(),
};

/** Why not each charge point shows its own where sockets carry several: a refinement of options with a `protocol`. */
export const ownCertificatesRule = {
  holds: (options: { protocol: string; certificatesDirectory?: string | undefined }): boolean =>
    options.certificatesDirectory === undefined || options.protocol !== 'json',
  problem: {
    path: ['certificatesDirectory'],
    message: 'for protocol ocpp1.6: what sends json shares sockets, and shows --certificate-file',
  },
};

export type CredentialFiles = Partial<
  z.output<z.ZodObject<typeof credentialFilesShape & typeof ownCertificatesShape>>
>;
