/** Where the schemas of operators' kinds come from: the versions that the production overlay is written for. */
export interface GoSource {
  /** Of a Go module. */
  readonly module: string;
  readonly version: string;
  /** A CustomResourceDefinition in it. */
  readonly file: string;
}

/** What a trigger of KEDA takes stands in its code alone: the schema has any text there. By its type. */
export const KEDA = { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0' };
export const KEDA_SCALERS: Readonly<Record<string, string>> = {
  kafka: 'pkg/scalers/kafka_scaler.go',
  prometheus: 'pkg/scalers/prometheus_scaler.go',
  cpu: 'pkg/scalers/cpu_memory_scaler.go',
};

const PROMETHEUS_OPERATOR = {
  module: 'github.com/prometheus-operator/prometheus-operator',
  version: 'v0.87.1',
};

export const GO_SOURCES: readonly GoSource[] = [
  {
    module: 'github.com/cloudnative-pg/cloudnative-pg',
    version: 'v1.30.0',
    file: 'config/crd/bases/postgresql.cnpg.io_clusters.yaml',
  },
  {
    module: 'github.com/cloudnative-pg/cloudnative-pg',
    version: 'v1.30.0',
    file: 'config/crd/bases/postgresql.cnpg.io_scheduledbackups.yaml',
  },
  {
    module: 'github.com/cloudnative-pg/plugin-barman-cloud',
    version: 'v0.15.0',
    file: 'config/crd/bases/barmancloud.cnpg.io_objectstores.yaml',
  },
  {
    ...KEDA,
    file: 'config/crd/bases/keda.sh_scaledobjects.yaml',
  },
  {
    ...KEDA,
    file: 'config/crd/bases/keda.sh_triggerauthentications.yaml',
  },
  {
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    file: 'deploy/crds/cert-manager.io_certificates.yaml',
  },
  {
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    file: 'config/crds/bases/external-secrets.io_externalsecrets.yaml',
  },
  {
    ...PROMETHEUS_OPERATOR,
    file: 'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
  },
  {
    ...PROMETHEUS_OPERATOR,
    file: 'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml',
  },
];

/** Strimzi publishes no definitions as a package, but the classes that they are made from, by Maven. */
export const STRIMZI_VERSION = '0.51.0';
export const STRIMZI_API = 'kafka.strimzi.io/v1';
export const STRIMZI_CLASSES: Readonly<Record<string, string>> = {
  Kafka: 'io.strimzi.api.kafka.model.kafka.Kafka',
  KafkaNodePool: 'io.strimzi.api.kafka.model.nodepool.KafkaNodePool',
  KafkaUser: 'io.strimzi.api.kafka.model.user.KafkaUser',
};
