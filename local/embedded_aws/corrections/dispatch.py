"""Correction of moto's dispatcher, which every call passes."""

from functools import lru_cache

from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from local.embedded_aws.corrections.anchor import Anchor

BACKEND_FOR_HOST = Anchor(DomainDispatcherApplication, "get_backend_for_host", "1f41972c1e4e")


def dispatch_remembers_the_backend_of_a_host() -> None:
    """Symptom: every call lists moto's folder, 180 `stat`s, and tries up to 190 patterns, all under one lock."""
    BACKEND_FOR_HOST.replace_by(lru_cache(maxsize=1024)(BACKEND_FOR_HOST.original))
