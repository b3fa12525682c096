# syntax=docker/dockerfile:1
# The service and its migrations, and nothing of the demo, the tests or the embedded PostgreSQL.
#     migrate:  python -m app.cli migrate      (as the owner of the tables, before the service)
#     serve:    the default command            (as rung_app, which may not change the schema)

FROM python:3.11-slim-bookworm AS build
RUN python -m venv /opt/venv
COPY requirements/service.txt /tmp/service.txt
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: -r /tmp/service.txt \
    && /opt/venv/bin/pip uninstall --yes setuptools pip
COPY pyproject.toml /srv/rung/
COPY app /srv/rung/app
COPY migrations /srv/rung/migrations
RUN /opt/venv/bin/python -m compileall -q /srv/rung

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin rung
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/rung /srv/rung
WORKDIR /srv/rung
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/srv/rung PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
CMD ["uvicorn", "app.main:create_app", "--factory", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--timeout-graceful-shutdown", "20"]
