-- The two roles and the database of Rung. Run by psql as a superuser, with the passwords in its environment:
--     RUNG_OWNER_PASSWORD=… RUNG_APP_PASSWORD=… psql --file=deploy/roles.sql
-- May be run again: it then only sets the passwords. compose.yaml and the embedded PostgreSQL use this same file.
\set ON_ERROR_STOP on
\getenv owner_password RUNG_OWNER_PASSWORD
\getenv app_password RUNG_APP_PASSWORD

-- rung_owner owns the tables and runs migrations; rung_app is the service, which gets its grants from the migrations.
SELECT format('CREATE ROLE %I', wanted) FROM unnest(ARRAY['rung_owner', 'rung_app']) AS wanted
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) \gexec
ALTER ROLE rung_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE rung_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'app_password';

SELECT 'CREATE DATABASE rung OWNER rung_owner TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rung') \gexec
REVOKE ALL ON DATABASE rung FROM PUBLIC;
GRANT CONNECT ON DATABASE rung TO rung_app;
