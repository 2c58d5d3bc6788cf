/**
 * Variables that well-known images set, by repository name.
 *
 * Source: the Dockerfiles of docker-library (github.com/docker-library) and of the publishers; a value that depends on the
 * tag is `true`. Names that only some tags set are in the table too: it answers "may this name be set?", so too many
 * names make a report less likely and too few make a false one.
 */

/** The variables of one image: a value, or true when it depends on the tag. */
export type ImageEnvironment = Readonly<Record<string, string | true>>;

/** Names set to unknown values, from a text with blanks between them. */
function names(text: string): Record<string, string | true> {
  const out: Record<string, string | true> = {};
  for (const name of text.split(' ')) out[name] = true;
  return out;
}

const UTF8 = { LANG: 'C.UTF-8' };
const DOTNET = {
  ...names('ASPNETCORE_HTTP_PORTS ASPNETCORE_URLS DOTNET_VERSION ASPNET_VERSION DOTNET_SDK_VERSION APP_UID PATH'),
  ...names(
    'DOTNET_GENERATE_ASPNET_CERTIFICATE DOTNET_NOLOGO DOTNET_SYSTEM_GLOBALIZATION_INVARIANT POWERSHELL_DISTRIBUTION_CHANNEL',
  ),
  ...names('DOTNET_ROLL_FORWARD LC_ALL LANG DOTNET_TieredPGO COMPlus_EnableDiagnostics'),
  DOTNET_RUNNING_IN_CONTAINER: 'true',
  DOTNET_USE_POLLING_FILE_WATCHER: 'true',
  NUGET_XMLDOC_MODE: 'skip',
};
const JAVA = names('JAVA_HOME JAVA_VERSION JAVA_URL_VERSION PATH LANG LANGUAGE LC_ALL');
const NODE = names('NODE_VERSION YARN_VERSION');
const PYTHON = names(
  'PATH LANG GPG_KEY PYTHON_VERSION PYTHON_SHA256 PYTHON_PIP_VERSION PYTHON_SETUPTOOLS_VERSION PYTHON_GET_PIP_URL PYTHON_GET_PIP_SHA256',
);
const RUBY = {
  ...names('RUBY_VERSION RUBY_MAJOR RUBY_DOWNLOAD_SHA256 RUBY_DOWNLOAD_URL RUBYGEMS_VERSION PATH'),
  ...UTF8,
  GEM_HOME: '/usr/local/bundle',
  BUNDLE_SILENCE_ROOT_WARNING: '1',
  BUNDLE_APP_CONFIG: '/usr/local/bundle',
};
const PHP = {
  ...names(
    'PHPIZE_DEPS PHP_CFLAGS PHP_CPPFLAGS PHP_LDFLAGS GPG_KEYS PHP_VERSION PHP_URL PHP_ASC_URL PHP_SHA256 PHP_MD5 PHP_EXTRA_CONFIGURE_ARGS PHP_EXTRA_BUILD_DEPS',
  ),
  PHP_INI_DIR: '/usr/local/etc/php',
  APACHE_CONFDIR: '/etc/apache2',
  APACHE_ENVVARS: '/etc/apache2/envvars',
};
const ELASTIC = names('PATH ELASTIC_CONTAINER SHELL container LANG ES_JAVA_HOME');

/** Images of docker-library and of publishers whose Dockerfiles are public, by name without registry and tag. */
export const IMAGE_ENVIRONMENTS: Readonly<Record<string, ImageEnvironment>> = {
  // Distributions set PATH at most.
  alpine: names('PATH'),
  debian: names('PATH'),
  ubuntu: names('PATH LC_ALL'),
  busybox: names('PATH'),
  'buildpack-deps': names('PATH'),
  fedora: names('PATH DISTTAG FGC FBR container'),
  centos: names('PATH'),
  rockylinux: names('PATH'),
  'rockylinux/rockylinux': names('PATH'),
  almalinux: names('PATH'),
  amazonlinux: names('PATH'),
  oraclelinux: names('PATH'),
  archlinux: names('PATH LANG'),
  photon: names('PATH'),
  scratch: {},

  golang: { ...names('GOLANG_VERSION PATH'), GOTOOLCHAIN: 'local', GOPATH: '/go' },
  node: NODE,
  python: PYTHON,
  pypy: names('PATH LANG PYPY_VERSION PYTHON_PIP_VERSION PYTHON_GET_PIP_URL PYTHON_GET_PIP_SHA256'),
  ruby: RUBY,
  jruby: {
    ...names('JRUBY_VERSION JRUBY_SHA256 PATH JAVA_HOME JAVA_VERSION LANG'),
    GEM_HOME: '/usr/local/bundle',
    BUNDLE_SILENCE_ROOT_WARNING: '1',
    BUNDLE_APP_CONFIG: '/usr/local/bundle',
  },
  php: PHP,
  composer: { ...PHP, ...names('COMPOSER_ALLOW_SUPERUSER COMPOSER_HOME COMPOSER_VERSION COMPOSER_CACHE_DIR') },
  rust: { ...names('RUST_VERSION PATH'), RUSTUP_HOME: '/usr/local/rustup', CARGO_HOME: '/usr/local/cargo' },
  perl: names('PERL_VERSION'),
  elixir: { ...names('OTP_VERSION REBAR_VERSION REBAR3_VERSION ELIXIR_VERSION'), ...UTF8 },
  erlang: { ...names('OTP_VERSION REBAR_VERSION REBAR3_VERSION'), ...UTF8 },
  haskell: { ...UTF8, ...names('PATH') },
  swift: names(
    'SWIFT_SIGNING_KEY SWIFT_PLATFORM SWIFT_BRANCH SWIFT_VERSION SWIFT_WEBROOT SWIFT_PREFIX OS_VER OS_MAJOR_VER OS_MIN_VER OS_ARCH_SUFFIX',
  ),
  dart: names('DART_SDK PATH'),
  julia: names('JULIA_PATH JULIA_GPG JULIA_VERSION PATH'),
  'r-base': names('LC_ALL LANG R_BASE_VERSION TERM'),
  clojure: { ...JAVA, ...names('CLOJURE_VERSION LEIN_VERSION LEIN_INSTALL LEIN_ROOT BOOT_VERSION BOOT_INSTALL') },
  groovy: { ...JAVA, ...names('GROOVY_HOME GROOVY_VERSION') },
  gcc: names('GPG_KEYS GCC_MIRRORS GCC_VERSION PATH'),
  bash: names('_BASH_VERSION _BASH_BASELINE _BASH_BASELINE_PATCH _BASH_LATEST_PATCH _BASH_COMMIT'),
  'eclipse-temurin': JAVA,
  openjdk: JAVA,
  amazoncorretto: { ...JAVA },
  sapmachine: JAVA,
  ibmjava: JAVA,
  maven: { ...JAVA, ...names('MAVEN_HOME MAVEN_VERSION USER_HOME_DIR MAVEN_CONFIG') },
  gradle: { ...JAVA, ...names('GRADLE_HOME GRADLE_VERSION') },
  jetty: { ...JAVA, ...names('JETTY_VERSION JETTY_HOME JETTY_BASE TMPDIR') },
  tomcat: {
    ...JAVA,
    ...names('CATALINA_HOME TOMCAT_NATIVE_LIBDIR LD_LIBRARY_PATH GPG_KEYS TOMCAT_MAJOR TOMCAT_VERSION TOMCAT_SHA512'),
  },
  'dotnet/sdk': DOTNET,
  'dotnet/aspnet': DOTNET,
  'dotnet/runtime': DOTNET,
  'dotnet/runtime-deps': DOTNET,
  'dotnet/core/sdk': DOTNET,
  'dotnet/core/aspnet': DOTNET,
  'dotnet/core/runtime': DOTNET,
  'denoland/deno': names('DENO_VERSION DENO_DIR DENO_INSTALL_ROOT'),
  'oven/bun': names('BUN_RUNTIME_TRANSPILER_CACHE_PATH BUN_INSTALL_BIN PATH'),
  'astral-sh/uv': names('PATH UV_TOOL_BIN_DIR PYTHON_VERSION LANG GPG_KEY PYTHON_SHA256'),
  'continuumio/miniconda3': names('PATH LANG LC_ALL'),
  'condaforge/miniforge3': names('PATH LANG LC_ALL CONDA_DIR'),
  'crystallang/crystal': names('PATH'),
  'phusion/passenger-full': names('LANG LANGUAGE LC_ALL DEBIAN_FRONTEND'),

  nginx: names('NGINX_VERSION NJS_VERSION NJS_RELEASE PKG_RELEASE DYNPKG_RELEASE ACME_VERSION'),
  'nginxinc/nginx-unprivileged': names('NGINX_VERSION NJS_VERSION NJS_RELEASE PKG_RELEASE DYNPKG_RELEASE UID GID'),
  httpd: names('HTTPD_PREFIX PATH HTTPD_VERSION HTTPD_SHA256 HTTPD_PATCHES'),
  caddy: names('CADDY_VERSION XDG_CONFIG_HOME XDG_DATA_HOME XCADDY_VERSION XCADDY_SETCAP'),
  traefik: {},
  haproxy: names('HAPROXY_VERSION HAPROXY_URL HAPROXY_SHA256'),
  varnish: names('VARNISH_SIZE VARNISH_VERSION VMOD_DEPS TMP_CONFIG'),
  memcached: names('MEMCACHED_VERSION MEMCACHED_URL MEMCACHED_SHA1'),
  redis: names('REDIS_VERSION REDIS_DOWNLOAD_URL REDIS_DOWNLOAD_SHA GOSU_VERSION'),
  valkey: names('VALKEY_VERSION VALKEY_DOWNLOAD_URL VALKEY_DOWNLOAD_SHA'),
  'valkey/valkey': names('VALKEY_VERSION VALKEY_DOWNLOAD_URL VALKEY_DOWNLOAD_SHA'),
  mysql: names('GOSU_VERSION MYSQL_MAJOR MYSQL_VERSION MYSQL_SHELL_VERSION'),
  mariadb: names('GOSU_VERSION GPG_KEYS MARIADB_MAJOR MARIADB_VERSION REPOSITORY LANG'),
  percona: names('PS_VERSION OS_VER FULL_PERCONA_VERSION'),
  postgres: { ...names('GOSU_VERSION LANG PG_MAJOR PG_VERSION PG_SHA256 DOCKER_PG_LLVM_DEPS PATH'), PGDATA: true },
  'postgis/postgis': names(
    'GOSU_VERSION LANG PG_MAJOR PG_VERSION PG_SHA256 PATH PGDATA DOCKER_PG_LLVM_DEPS POSTGIS_MAJOR POSTGIS_VERSION POSTGIS_SHA256',
  ),
  mongo: names(
    'GOSU_VERSION JSYAML_VERSION JSYAML_CHECKSUM MONGO_PACKAGE MONGO_REPO MONGO_MAJOR MONGO_VERSION HOME GLIBC_TUNABLES',
  ),
  rabbitmq: names(
    'PATH ERLANG_INSTALL_PATH_PREFIX OPENSSL_INSTALL_PATH_PREFIX RABBITMQ_DATA_DIR RABBITMQ_VERSION RABBITMQ_PGP_KEY_ID RABBITMQ_HOME HOME LANG LANGUAGE LC_ALL RABBITMQ_LOGS',
  ),
  elasticsearch: ELASTIC,
  'elasticsearch/elasticsearch': ELASTIC,
  kibana: names('ELASTIC_CONTAINER PATH HOME'),
  'kibana/kibana': names('ELASTIC_CONTAINER PATH HOME'),
  logstash: names('ELASTIC_CONTAINER PATH LANG LC_ALL'),
  'logstash/logstash': names('ELASTIC_CONTAINER PATH LANG LC_ALL'),
  influxdb: names(
    'GOSU_VER INFLUXDB_VERSION INFLUX_CLI_VERSION INFLUX_CONFIGS_PATH INFLUXD_INIT_PORT INFLUXD_INIT_PING_ATTEMPTS DOCKER_INFLUXDB_INIT_CLI_CONFIG_NAME',
  ),
  cassandra: { ...JAVA, ...names('GOSU_VERSION CASSANDRA_HOME CASSANDRA_CONF CASSANDRA_VERSION CASSANDRA_SHA512') },
  neo4j: { ...JAVA, ...names('NEO4J_SHA256 NEO4J_TARBALL NEO4J_EDITION NEO4J_HOME TINI_VERSION TINI_SHA256') },
  solr: {
    ...JAVA,
    ...names(
      'SOLR_USER SOLR_UID SOLR_GROUP SOLR_GID SOLR_INCLUDE SOLR_HOME SOLR_PID_DIR SOLR_LOGS_DIR LOG4J_PROPS SOLR_JETTY_HOST',
    ),
  },
  zookeeper: {
    ...JAVA,
    ...names(
      'ZOO_CONF_DIR ZOO_DATA_DIR ZOO_DATA_LOG_DIR ZOO_LOG_DIR ZOO_TICK_TIME ZOO_INIT_LIMIT ZOO_SYNC_LIMIT ZOO_STANDALONE_ENABLED ZOOCFGDIR',
    ),
  },
  wordpress: PHP,
  drupal: { ...PHP, ...names('DRUPAL_VERSION COMPOSER_ALLOW_SUPERUSER') },
  nextcloud: { ...PHP, ...names('NEXTCLOUD_VERSION PHP_MEMORY_LIMIT PHP_UPLOAD_LIMIT PHP_OPCACHE_MEMORY_CONSUMPTION') },
  joomla: { ...PHP, ...names('JOOMLA_VERSION JOOMLA_SHA512') },
  // One of the few images that chooses an environment for its users.
  ghost: {
    ...NODE,
    ...names('GHOST_CLI_VERSION GHOST_INSTALL GHOST_CONTENT GHOST_VERSION GOSU_VERSION'),
    NODE_ENV: 'production',
  },
  redmine: {
    ...RUBY,
    ...names('REDMINE_VERSION REDMINE_DOWNLOAD_URL REDMINE_DOWNLOAD_SHA256 GOSU_VERSION HOME'),
    RAILS_ENV: 'production',
  },
  'mongo-express': {
    ...NODE,
    ...names(
      'ME_CONFIG_MONGODB_URL ME_CONFIG_MONGODB_ENABLE_ADMIN ME_CONFIG_EDITORTHEME VCAP_APP_HOST ME_CONFIG_BASICAUTH_USERNAME ME_CONFIG_BASICAUTH_PASSWORD',
    ),
  },
  sonarqube: {
    ...JAVA,
    ...names(
      'SONARQUBE_HOME SONAR_VERSION SQ_DATA_DIR SQ_EXTENSIONS_DIR SQ_LOGS_DIR SQ_TEMP_DIR DOCKER_RUNNING ES_TMPDIR',
    ),
  },
  'jenkins/jenkins': names(
    'LANG JENKINS_HOME JENKINS_SLAVE_AGENT_PORT REF JENKINS_VERSION JENKINS_UC JENKINS_UC_EXPERIMENTAL JENKINS_INCREMENTALS_REPO_MIRROR COPY_REFERENCE_FILE_LOG JAVA_HOME PATH',
  ),
  registry: names('OTEL_TRACES_EXPORTER'),
  docker: names('DOCKER_VERSION DOCKER_BUILDX_VERSION DOCKER_COMPOSE_VERSION DOCKER_TLS_CERTDIR DIND_COMMIT'),
  vault: names('NAME VERSION'),
  'hashicorp/vault': names('NAME VERSION'),
  'hashicorp/terraform': {},
  consul: names('CONSUL_VERSION HASHICORP_RELEASES'),
  'eclipse-mosquitto': names('VERSION DOWNLOAD_SHA256 GPG_KEYS LWS_VERSION LWS_SHA256 CJSON_VERSION CJSON_SHA256'),
  nats: {},
  adminer: names('ADMINER_VERSION ADMINER_DOWNLOAD_SHA256 ADMINER_COMMIT'),
  phpmyadmin: {
    ...PHP,
    ...names('MAX_EXECUTION_TIME MEMORY_LIMIT UPLOAD_LIMIT TZ SESSION_SAVE_PATH VERSION SHA256 URL'),
  },
  'nvidia/cuda': names(
    'PATH LD_LIBRARY_PATH NVARCH NVIDIA_REQUIRE_CUDA NV_CUDA_CUDART_VERSION NVIDIA_VISIBLE_DEVICES NVIDIA_DRIVER_CAPABILITIES CUDA_VERSION LIBRARY_PATH NV_CUDNN_VERSION NVIDIA_PRODUCT_NAME NV_CUDA_LIB_VERSION NV_LIBNCCL_DEV_PACKAGE',
  ),
};
