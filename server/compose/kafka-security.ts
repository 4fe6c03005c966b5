import type { Config } from '../../config/config.js';
import { readSecretFile } from '../../helpers/read-secret-file.js';
import { SecurityFileError, type KafkaSecurity } from '../broker/kafka/security/kafka-security.js';

/** How every client of Kafka gets in, by the configuration. */
export function kafkaSecurity(config: Config): KafkaSecurity {
  const { KAFKA_SECURITY_PROTOCOL: protocol, KAFKA_SASL_MECHANISM: mechanism } = config;
  const isTls = protocol === 'SSL' || protocol === 'SASL_SSL';
  const isSasl = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  return {
    ...(isTls
      ? {
          tls: {
            ...defined('caFile', config.KAFKA_TLS_CA_FILE),
            ...defined('certFile', config.KAFKA_TLS_CERT_FILE),
            ...defined('keyFile', config.KAFKA_TLS_KEY_FILE),
            ...defined('serverName', config.KAFKA_TLS_SERVERNAME),
          },
        }
      : {}),
    ...(isSasl && mechanism !== undefined
      ? { sasl: { mechanism, username: config.KAFKA_SASL_USERNAME ?? '', password: passwordOf(config) } }
      : {}),
  };
}

function defined<Name extends string>(name: Name, value: string | undefined): { [name in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [name in Name]?: string };
}

/** From its file as it is when asked. */
function passwordOf(config: Config): () => string {
  const { KAFKA_SASL_PASSWORD_FILE: path, KAFKA_SASL_PASSWORD: password = '' } = config;
  if (path === undefined) return () => password;
  return () => {
    const file = readSecretFile(path);
    if (!file.ok) throw new SecurityFileError(`${path} can't be used: ${file.why}`);
    return file.text;
  };
}
