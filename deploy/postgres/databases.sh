#!/bin/sh
# Run once, when the cluster is made: ours and Prefect's own database, each with an owner of its own.
set -eu

owned_by() {
    psql -v ON_ERROR_STOP=1 -v name="$1" -v password="$2" -U "$POSTGRES_USER" -d postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

owned_by marathon "$MARATHON_DATABASE_PASSWORD"
owned_by prefect "$PREFECT_DATABASE_PASSWORD"
# Prefect's migrations use it; an owner may create it too, but not on every server.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d prefect -c 'CREATE EXTENSION IF NOT EXISTS pg_trgm'
