"""Django's ``db`` sessions on SQLite, as a WSGI application."""

import os

import django
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.utils.decorators import decorator_from_middleware

from benchmarks.visitor import GREETING, NAME, new_data

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{os.environ['FOLDER']}/django.db",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
                "transaction_mode": "IMMEDIATE",
            },
        }
    },
    INSTALLED_APPS=["django.contrib.sessions"],
    LOGGING_CONFIG=None,
    ROOT_URLCONF=__name__,
    SECRET_KEY="benchmarks-have-no-secret-to-keep",
)
django.setup()
call_command("migrate", verbosity=0)

# On the views and not around them all: the bare one knows no session.
with_session = decorator_from_middleware(SessionMiddleware)


def bare(request):
    return HttpResponse(GREETING)


@with_session
def fill(request):
    request.session.update(new_data())
    return HttpResponse(GREETING)


@with_session
def reads(request):
    return HttpResponse(f"Hello, {request.session['name']}")


@with_session
def changes(request):
    request.session["visits"] += 1
    name, visits = request.session["name"], request.session["visits"]
    return HttpResponse(f"Hello, {name}, visit {visits}")


@with_session
def creates(request):
    request.session["name"] = NAME
    return HttpResponse(GREETING)


urlpatterns = [
    path("", bare),
    path("fill", fill),
    path("reads", reads),
    path("changes", changes),
    path("creates", creates),
]
application = get_wsgi_application()
