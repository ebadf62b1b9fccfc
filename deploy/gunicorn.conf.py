"""gunicorn for chatweb: one worker of our own, since one process keeps one SQLite file."""

import os

from chatweb.config import load_settings

_settings = load_settings(os.environ)

bind = f"{_settings.host}:{_settings.port}"
worker_class = "chatweb.worker.Worker"
workers = 1
backlog = 1024
timeout = 30  # seconds without a heartbeat after which a worker is replaced
graceful_timeout = 15
preload_app = False  # the database and the hub belong to the worker
reuse_port = False
accesslog = None
loglevel = _settings.log_level
control_socket_disable = True
